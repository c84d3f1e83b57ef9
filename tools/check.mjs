// `make check`: runs every test there is and ends with one line "N passed, N failed, N skipped" over single test cases.
//
//   node tools/check.mjs [--build build] [--sanitized build-asan] [--fuzz build-fuzz] [--jobs N] [WORD…]   WORDs: only tests with one in their name
//
// --sanitized: C's tests and the stories once more, of a build with sanitizers; with --build '' only those.
// --fuzz: each fuzzer of that build over its corpus and the same few seconds' new inputs (fuzz/run).
//
// Tests are: meson's (cmocka programs, python's checks), each test/*.test.mjs, and lint. They run two at a time, the longest
// of the last run first. The stories of test/kept.mjs run on both stores: on SQLite, and as "postgres: NAME" on PostgreSQL.
// Comments in the head of a test/*.test.mjs say what else is to be known:
//   // check: alone          nothing runs beside it (it measures, or takes the machine)
//   // check: timeout 600    seconds for the file; 300 otherwise
//   // check: unsanitized    left out under sanitizers: it does not run our program, or is long and adds little there
//   // check: once: REASON   a story that runs on SQLite only, or brings PostgreSQL itself
//   // check: asked          only when a WORD is in its name: it is long, and another one shows the same in short
//   // check: dies           under sanitizers leaks do not count: its programs end on purpose with memory in hand
// A story that failed beside others runs once more when all others are done, with the machine to itself. If it passes then, it
// counts as passed and is named as UNSTEADY, with its first failure: something in it hangs on time, and wants to be mended.
// A finding of a sanitizer is never excused, and when many stories failed none is tried again.
// A test that is skipped for want of a tool says so with "needs TOOL" as its reason; with CI=true that is a failure.
// What a test started is in its process group and ends with it. Whatever was printed is in
// build/check/NAME.log.

import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { values: options, positionals: words } = parseArgs({
    allowPositionals: true,
    options: { build: { type: 'string', default: 'build' }, sanitized: { type: 'string', default: '' }, fuzz: { type: 'string', default: '' }, jobs: { type: 'string', default: '2' } },
});
const logs = path.resolve(top, options.build || options.sanitized || options.fuzz, 'check');
const strict = process.env.CI === 'true' || process.env.CI === '1';

// ---- counting: what each kind of test prints → { passed, failed, skipped } ----

const number = (text, pattern) => Number(pattern.exec(text)?.[1] ?? 0);
const lines = (text, pattern) => (text.match(pattern) ?? []).length;
const skippedForTool = text => lines(text, /^\s*(?:not )?ok .*# SKIP.*\bneeds /gim) + lines(text, /skipped '.*\bneeds /g);

const count = {
    // One check, which passes or does not.
    status: (text, good) => ({ passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 }),

    // cmocka's TAP. A program that ends in the middle has the rest of its plan failed; one without a plan is one check.
    cmocka(text, good) {
        if (!/^1\.\.\d/m.test(text)) return count.status(text, good);
        const plan = [...text.matchAll(/^1\.\.(\d+)/gm)].reduce((sum, m) => sum + Number(m[1]), 0);
        const skipped = lines(text, /^ok .*# SKIP/gim);
        const passed = lines(text, /^ok /gm) - skipped;
        const failed = Math.max(lines(text, /^not ok /gm), plan - passed - skipped);
        return { passed, skipped, failed: failed || (good ? 0 : 1) };
    },

    unittest(text, good) {
        const ran = number(text, /^Ran (\d+) tests? in/m), skipped = number(text, /skipped=(\d+)/);
        const failed = number(text, /failures=(\d+)/) + number(text, /errors=(\d+)/);
        return { passed: Math.max(0, ran - failed - skipped), skipped, failed: failed || (good && ran ? 0 : 1) };
    },

    // The sums that node's runner writes at its end; without them it was ended.
    node(text, good) {
        const last = name => Number([...text.matchAll(new RegExp(`^# ${name} (\\d+)$`, 'gm'))].pop()?.[1] ?? 0);
        const failed = last('fail') + last('cancelled'), passed = last('pass');
        return { passed, skipped: last('skipped') + last('todo'), failed: failed || (good && /^# pass \d+$/m.test(text) ? 0 : 1) };
    },
};

// ---- what there is to run: { name, build, argv, count, seconds, alone, env } ----

function mesonTests(build, sanitized) {
    const run = spawnSync('meson', ['introspect', build, '--tests'], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`meson introspect ${build} --tests: ${run.stderr}`);
    return JSON.parse(run.stdout).filter(t => !t.cmd.some(word => word.endsWith('.test.mjs'))).map(t => {
        const program = t.cmd[0].startsWith(build);
        const script = t.cmd.find(word => /\/test_[^/]*\.py$/.test(word));
        return {
            name: t.name, build, sanitized, argv: t.cmd, seconds: (t.timeout || 30) * (sanitized ? 5 : 2), program,
            count: program ? count.cmocka : script ? count.unittest : count.status,
            env: { ...t.env, ...(program && { CMOCKA_MESSAGE_OUTPUT: 'TAP' }) },
        };
    }).filter(t => !sanitized || t.program);
}

const stories = fs.readdirSync(path.join(top, 'test')).filter(name => name.endsWith('.test.mjs'));

function storyFiles(build, sanitized) {
    return stories.map(name => {
        const head = fs.readFileSync(path.join(top, 'test', name), 'utf8').slice(0, 4000); // with its imports
        const seconds = number(head, /^\/\/ check: timeout (\d+)/m) || 300;
        return {
            name: name.replace('.test.mjs', ''), story: true, build, sanitized, argv: [process.execPath, '--test-reporter=tap', path.join(top, 'test', name)],
            count: count.node, seconds: seconds * (sanitized ? 3 : 1), alone: /^\/\/ check: alone/m.test(head),
            asked: /^\/\/ check: asked/m.test(head), unsanitized: /^\/\/ check: unsanitized/m.test(head), dies: /^\/\/ check: dies/m.test(head),
            bothStores: /from ['"]\.\/kept\.mjs['"]/.test(head) && !/^\/\/ check: once: /m.test(head),
        };
    }).filter(t => !sanitized || !t.unsanitized);
}

const onPostgres = tests => tests.filter(t => t.bothStores)
    .map(t => ({ ...t, name: `postgres: ${t.name}`, plain: t.name, env: { ...t.env, KEPT_TEST_POSTGRES: '1' } }));

function lint() {
    const known = tool => spawnSync(tool, ['--version']).status === 0;
    const checks = [{
        name: 'lint: cppcheck', tool: 'cppcheck', seconds: 300,
        argv: ['cppcheck', '--enable=warning,portability', '--inline-suppr', '--error-exitcode=1', '--quiet', '--std=c11', '--template={file}:{line}: {message} [{id}]',
            `--cppcheck-build-dir=${path.join(logs, 'cppcheck')}`, '-Ddie(...)=abort()', // it does not see that die() does not return
            ...['missingInclude', 'internalAstError', 'arrayIndexThenCheck', 'comparePointers:src/store/store.c',
                'uninitvar', 'uninitStructMember', // it does not see that rc guards them; gcc does
                'ctuuninitvar', 'varFuncNullUB'].map(id => `--suppress=${id}`),
            '-Isrc', 'src'],
    }, {
        name: 'lint: clang-format', tool: 'clang-format', seconds: 120, // make format
        argv: ['bash', '-c', "git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror"],
    }];
    fs.mkdirSync(path.join(logs, 'cppcheck'), { recursive: true });
    return checks.map(c => known(c.tool) ? { ...c, count: count.status } : { ...c, argv: null, count: () => ({
        passed: 0, failed: strict ? 1 : 0, skipped: strict ? 0 : 1 }), why: `needs ${c.tool}` });
}

function sanitizedTests(name) {
    const build = path.resolve(top, name);
    return [...mesonTests(build, true), ...storyFiles(build, true)].map(t => ({ ...t, name: `sanitized: ${t.name}`, plain: t.name }));
}

function fuzzTests(name) {
    const build = path.resolve(top, name);
    return fs.readdirSync(path.join(top, 'fuzz')).filter(file => /^fuzz_.*\.c$/.test(file)).map(file => {
        const fuzzer = file.slice(5, -2);
        return { name: `fuzz: ${fuzzer}`, build, argv: [path.join(top, 'fuzz/run'), build, fuzzer], seconds: 120, count: count.status };
    });
}

function allTests() {
    const build = path.resolve(top, options.build);
    const plain = options.build ? storyFiles(build, false) : [];
    return [...(options.build ? [...mesonTests(build, false), ...plain, ...onPostgres(plain), ...lint()] : []),
        ...(options.sanitized ? sanitizedTests(options.sanitized) : []), ...(options.fuzz ? fuzzTests(options.fuzz) : [])];
}

// ---- running ----

const AGAIN_MAX = 4; // more failures than this are no bad luck
const SKIPPED = 77; // what a test program ends with that cannot run here

const logOf = test => path.join(logs, `${test.name.replace(/[^\w.-]+/g, '-')}.log`);
const firstLogOf = test => logOf(test).replace(/log$/, 'first.log');

const groups = new Set();
const endGroup = pid => { try { process.kill(-pid, 'SIGKILL'); } catch { /* it has ended */ } };
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => { groups.forEach(endGroup); process.exit(130); });
process.stdout.on('error', () => {}); // a reader that went away ends nothing

const sum = { passed: 0, failed: 0, skipped: 0 };
const took = {};
const again = []; // stories that failed, with what they counted

function report(test, result, text, ms, why) {
    for (const key of Object.keys(sum)) sum[key] += result[key] - (test.counted?.[key] ?? 0);
    took[test.name] = ms;
    if (test.counted && !result.failed) why = `UNSTEADY: failed the first time, see ${firstLogOf(test)}`;
    const counts = [`${result.passed} passed`, result.failed && `${result.failed} FAILED`, result.skipped && `${result.skipped} skipped`];
    console.log(`${result.failed ? 'FAIL' : 'ok  '} ${test.name.padEnd(26)} ${(ms / 1000).toFixed(1).padStart(6)} s   ${
        counts.filter(Boolean).join(', ')}${why ? `   (${why})` : ''}`);
    if (result.failed) console.log(failure(text).replace(/^/gm, '     | '));
}

// The part of the output that is about failures, or its end.
function failure(text) {
    const all = text.trimEnd().split('\n');
    const out = [];
    for (let i = 0; i < all.length && out.length < 150; i++)
        if (/^\s*not ok /.test(all[i]) && !/# SKIP|# TODO/.test(all[i])) {
            const indent = /^\s*/.exec(all[i])[0].length;
            out.push(all[i]);
            // What follows it: node's indented block, cmocka's "#" lines.
            while (i + 1 < all.length && out.length < 150 && (/^\s*#/.test(all[i + 1]) && !/^\s*# Subtest/.test(all[i + 1]) ||
                /^\s*/.exec(all[i + 1])[0].length > indent)) out.push(all[++i]);
        }
    return [...out, ...(out.length ? ['…'] : []), ...all.slice(-25)].join('\n');
}

function run(test) {
    const log = logOf(test);
    if (!test.argv) return report(test, test.count('', false), test.why, 0, test.why);
    const found = log.replace(/log$/, 'sanitizer');
    for (const old of fs.readdirSync(logs)) if (old.startsWith(path.basename(found))) fs.rmSync(path.join(logs, old));
    const out = fs.openSync(log, 'w');
    const began = Date.now();
    return new Promise(done => {
        let late = false, lost = '';
        const child = spawn(test.argv[0], test.argv.slice(1), {
            cwd: top, detached: true, stdio: ['ignore', out, out],
            env: { ...process.env, KEPT_BUILD: test.build ?? '', NO_COLOR: '1', ...(test.sanitized && {
                KEPT_SANITIZED: '1',
                ASAN_OPTIONS: `detect_leaks=${test.dies ? 0 : 1}:exitcode=99:verify_asan_link_order=0${test.program ? '' : `:log_path=${found}`}`,
                UBSAN_OPTIONS: `halt_on_error=1:print_stacktrace=1${test.program ? '' : `:log_path=${found}`}` }), ...test.env },
        });
        fs.closeSync(out);
        if (child.pid) groups.add(child.pid);
        const timer = setTimeout(() => { late = true; endGroup(child.pid); }, test.seconds * 1000);
        child.on('error', error => { lost = error.message; });
        child.on('close', (code, signal) => {
            clearTimeout(timer);
            if (child.pid) { groups.delete(child.pid); endGroup(child.pid); }
            let text = fs.readFileSync(log, 'utf8');
            const result = code === SKIPPED ? { passed: 0, failed: 0, skipped: 1 } : test.count(text, code === 0);
            let why = '';
            if (code === SKIPPED) {
                const story = stories.find(file => fs.readFileSync(path.join(top, 'test', file), 'utf8').includes(test.plain ?? test.name));
                why = story ? `run by ${story}` : text.trim().split('\n').pop();
                if (story) result.skipped = 0;
            }
            const sanitizer = fs.readdirSync(logs).filter(file => file.startsWith(path.basename(found))).map(file => path.join(logs, file));
            if (sanitizer.length) { // of a program that a story started, whose status the story may not have looked at
                result.failed ||= 1;
                why = `see ${sanitizer.join(', ')}`;
                text = fs.readFileSync(sanitizer[0], 'utf8').slice(0, 6000);
            }
            if (strict) {
                const tools = Math.min(result.skipped, skippedForTool(text));
                result.skipped -= tools;
                result.failed += tools;
            }
            if (late) lost = `not finished after ${test.seconds} s, and ended`;
            else if (signal) lost = `ended by ${signal}`;
            else if (code !== 0 && code !== SKIPPED) result.failed ||= 1;
            if (lost) result.failed ||= 1;
            if (result.failed && test.story && !sanitizer.length && !test.counted) {
                fs.copyFileSync(log, firstLogOf(test));
                again.push({ ...test, counted: result });
            }
            report(test, result, text, Date.now() - began, lost || why || (code > 1 && code !== SKIPPED ? `exit status ${code}` : ''));
            done();
        });
    });
}

async function runAll(tests, jobs) {
    const waiting = [...tests];
    await Promise.all(Array.from({ length: jobs }, async () => { while (waiting.length) await run(waiting.shift()); }));
}

fs.mkdirSync(logs, { recursive: true });
const timesFile = path.join(logs, 'times.json');
let times = {};
try { times = JSON.parse(fs.readFileSync(timesFile, 'utf8')); } catch { /* the first run */ }
const tests = allTests()
    .filter(t => (words.length ? words.some(word => t.name.includes(word)) : !t.asked))
    .sort((a, b) => (times[b.name] ?? 1e9) - (times[a.name] ?? 1e9));
if (!tests.length) {
    console.log(`No test has ${words.join(' or ')} in its name.`);
    process.exit(2);
}
await runAll(tests.filter(t => !t.alone), Math.max(1, Number(options.jobs) || 1));
await runAll(tests.filter(t => t.alone), 1);
if (again.length <= AGAIN_MAX) await runAll(again.splice(0), 1);
fs.writeFileSync(timesFile, JSON.stringify({ ...times, ...took }, null, 1));
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed ? 1 : 0;
