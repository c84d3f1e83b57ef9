// A certificate authority of the server's own and one certificate signed by it, made by openssl.

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';

// Writes server.pem (key and chain) and ca.pem into `dir` once, for `names`; returns the path of ca.pem.
export function makeCertificate(dir, names) {
    const ca = path.join(dir, 'ca.pem'), stamp = path.join(dir, 'names');
    const wanted = names.join('\n');
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return ca;
    fs.mkdirSync(dir, { recursive: true });
    const openssl = (...words) => {
        const run = spawnSync('openssl', words, { cwd: dir, encoding: 'utf8' });
        if (run.error?.code === 'ENOENT') throw new Error('openssl is missing; install the package openssl');
        if (run.status !== 0) throw new Error(`openssl: ${run.stderr.trim()}`);
    };
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl('req', '-x509', ...key, '-days', '3650', '-subj', '/CN=Private mail server test CA', '-keyout', 'ca.key', '-out', 'ca.pem');
    openssl('req', ...key, '-subj', `/CN=${names[0]}`, '-keyout', 'server.key', '-out', 'server.csr');
    fs.writeFileSync(path.join(dir, 'ext'), `subjectAltName=${names.map(n => (/^[\d.]+$/.test(n) ? 'IP:' : 'DNS:') + n).join(',')}\n`);
    openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3650',
        '-extfile', 'ext', '-out', 'server.crt');
    const read = name => fs.readFileSync(path.join(dir, name));
    fs.writeFileSync(path.join(dir, 'server.pem'), Buffer.concat([read('server.key'), read('server.crt'), read('ca.pem')]), { mode: 0o600 });
    fs.writeFileSync(stamp, wanted);
    return ca;
}
