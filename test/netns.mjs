// A few machines on one private network, on this one: network namespaces that are joined by a bridge. All of it, the namespaces'
// names and every process too, is in namespaces of the test file's own and is gone when the file ends, however it does.
//
//   import { enterOwnNetwork, Network } from './netns.mjs';
//   const skip = enterOwnNetwork(import.meta.url);        // runs the file again, inside; false there; else why it cannot be
//   test('…', { skip }, async () => {
//     const network = new Network(['db', 'a', 'b']);
//     network.a.address  network.a.inside                // an address; words that put a command on that machine
//     network.a.cut()    network.a.mend()                // pulls the cable
//
// The test itself is at 10.99.0.1. Needs root, or sudo without a password, and iproute2.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NET = '10.99.0';
export const here = `${NET}.1`;
export const readable = '/etc/opt'; // below /etc, where the server's sandbox lets it read; empty, and seen by nobody else
const inner = 'KEPT_OWN_NETWORK';

function run(program, ...words) {
  const { status, error, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr}`);
}
const works = (...words) => spawnSync(words[0], words.slice(1), { stdio: 'ignore' }).status === 0;

export function enterOwnNetwork(url) {
  if (process.env[inner]) {
    run('mkdir', '-p', '/run/netns');
    run('mount', '-t', 'tmpfs', 'none', '/run/netns');
    run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'none', readable);
    return false;
  }
  const root = process.getuid() === 0, tools = join(dirname(fileURLToPath(url)), '../tools');
  if (!works('ip', '-V')) return 'needs ip (iproute2)';
  if (!root && !works('sudo', '-n', 'true')) return 'needs root, or sudo without a password, for network namespaces';
  for (const parts of ['pg-parts', 'mail-parts']) run(join(tools, parts)); // inside there is no way out; and what is unpacked is ours, not root's
  const kept = Object.keys(process.env).filter((name) => /^(KEPT_|CI$|NO_COLOR|PATH$|LANG|.*SAN_OPTIONS)/.test(name)).join(',');
  const words = [...(root ? ['setpriv', '--pdeathsig', 'KILL'] : ['sudo', '-n', `--preserve-env=${kept}`]),
    'unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  if (!works(...words, 'ip', 'link', 'add', 'try0', 'type', 'bridge')) return 'needs a kernel that lets us make network namespaces and bridges';
  // The shell is the first process there, for somebody must take note of who has ended: node would leave them as zombies, alive to others.
  const { status } = spawnSync(words[0], [...words.slice(1), 'env', `${inner}=1`, 'sh', '-c', '"$@"; exit $?', 'sh', process.execPath, ...process.execArgv, fileURLToPath(url)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

export class Network {
  constructor(names) {
    const ip = (...words) => run('ip', ...words);
    ip('link', 'set', 'lo', 'up');
    ip('link', 'add', 'bridge', 'type', 'bridge');
    ip('address', 'add', `${here}/24`, 'dev', 'bridge');
    ip('link', 'set', 'bridge', 'up');
    names.forEach((name, i) => {
      const cable = `to-${name}`, address = `${NET}.${10 + i}`;
      ip('netns', 'add', name);
      ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      ip('link', 'set', cable, 'master', 'bridge', 'up');
      ip('-netns', name, 'address', 'add', `${address}/24`, 'dev', 'eth0');
      for (const device of ['lo', 'eth0']) ip('-netns', name, 'link', 'set', device, 'up');
      this[name] = {
        address, netns: name, inside: ['nsenter', `--net=/run/netns/${name}`, '--'],
        cut: () => ip('link', 'set', cable, 'down'), mend: () => ip('link', 'set', cable, 'up'),
      };
    });
  }
}
