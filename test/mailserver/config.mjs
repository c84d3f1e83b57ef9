// The configuration files of the private mail server: pure text, no side effects but in writeConfig().

import * as fs from 'node:fs';
import path from 'node:path';

const quote = s => `'${String(s).replaceAll("'", `'\\''`)}'`;
const regexQuote = s => s.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
export const domainOf = address => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

// The accounts that Postfix sees. Postfix wants an owner, a group of its own and a third user for
// pipes, all different; only the first is real.
function accounts({ uid, gid }) {
    const [pipe, drop] = [64000, 64001, 64002, 64003].filter(id => id !== uid && id !== gid);
    return {
        passwd: `root:x:0:0::/:/bin/sh\nkeptmail:x:${uid}:${gid}::/:/bin/false\nkeptpipe:x:${pipe}:${pipe}::/:/bin/false\n`,
        group: `root:x:0:\nkeptmail:x:${gid}:\nkeptpipe:x:${pipe}:\nkeptdrop:x:${drop}:\n`,
    };
}

function mainCf({ short, domain, settings, tls, pipes }) {
    const lines = {
        compatibility_level: '3.6',
        command_directory: `${short}/p/postfix/usr/sbin`,
        daemon_directory: `${short}/p/postfix/usr/lib/postfix/sbin`,
        shlib_directory: `${short}/p/postfix/usr/lib/postfix`,
        meta_directory: `${short}/d/etc/postfix`,
        queue_directory: `${short}/d/queue`,
        data_directory: `${short}/d/data`,
        mail_owner: 'keptmail', setgid_group: 'keptdrop', default_privs: 'keptpipe',
        maillog_file: `${short}/d/log/postfix.log`,
        maillog_file_prefixes: `${short}/d/log`,
        import_environment: 'LANG=C.UTF-8 TZ=UTC MAIL_CONFIG LD_LIBRARY_PATH LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP UID_WRAPPER UID_WRAPPER_ROOT',
        export_environment: 'TZ',
        myhostname: `mail.${domain}`, mydomain: domain, myorigin: domain,
        inet_interfaces: '127.0.0.1', inet_protocols: 'ipv4', smtp_dns_support_level: 'disabled',
        // Everything that is local is a virtual domain; everything else is refused or bounced, never sent.
        mydestination: '', mynetworks: '', alias_maps: '', alias_database: '', local_recipient_maps: '',
        local_transport: 'error:5.1.1 no local delivery on the private mail server',
        default_transport: 'outside:', relay_transport: 'outside:',
        virtual_mailbox_domains: `texthash:${short}/d/etc/postfix/domains`,
        virtual_mailbox_maps: '',       // Dovecot says at delivery who exists, so that real bounces are made
        virtual_transport: `lmtp:unix:${short}/run/lmtp`,
        transport_maps: `regexp:${short}/d/etc/postfix/transport`,
        lmtp_destination_recipient_limit: '1',
        recipient_delimiter: '+', append_dot_mydomain: 'no', biff: 'no', smtpd_peername_lookup: 'no',
        smtpd_recipient_restrictions: 'reject_unauth_destination',
        smtpd_sasl_type: 'dovecot', smtpd_sasl_path: 'private/auth', smtpd_sasl_security_options: 'noanonymous',
        smtpd_authorized_xclient_hosts: '127.0.0.1',    // a test may pretend to be another client
        smtpd_client_connection_count_limit: '0', smtpd_error_sleep_time: '0', in_flow_delay: '0',
        message_size_limit: '67108864', mailbox_size_limit: '0', virtual_mailbox_limit: '0', notify_classes: '',
        // Short times, for tests.
        queue_run_delay: '1s', minimal_backoff_time: '1s', maximal_backoff_time: '2s', transport_retry_time: '1s',
        smtpd_tls_security_level: tls ? 'may' : 'none',
        ...(tls && { smtpd_tls_chain_files: `${short}/d/etc/tls/server.pem`, smtpd_tls_loglevel: '1' }),
    };
    pipes.forEach((_, i) => Object.assign(lines, { [`pipe${i}_destination_recipient_limit`]: '1', [`pipe${i}_time_limit`]: '60s' }));
    Object.assign(lines, settings);
    return Object.entries(lines).map(([k, v]) => `${k} = ${v}\n`).join('');
}

const pipeWords = ['recipient', 'sender', 'original_recipient', 'extension', 'client_address', 'queue_id'];

function masterCf({ short, ports, pipes }) {
    const rows = [
        `127.0.0.1:${ports.smtp} inet n - n - - smtpd`,
        `127.0.0.1:${ports.submission} inet n - n - - smtpd`,
        '  -o syslog_name=postfix/submission -o smtpd_sasl_auth_enable=yes',
        '  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject',
        '  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject',
        'pickup unix n - n 60 1 pickup', 'cleanup unix n - n - 0 cleanup', 'qmgr unix n - n 300 1 qmgr', 'tlsmgr unix - - n 1000? 1 tlsmgr',
        'rewrite unix - - n - - trivial-rewrite', 'bounce unix - - n - 0 bounce', 'defer unix - - n - 0 bounce',
        'trace unix - - n - 0 bounce', 'verify unix - - n - 1 verify', 'flush unix n - n 1000? 0 flush',
        'proxymap unix - - n - - proxymap', 'showq unix n - n - - showq', 'error unix - - n - - error',
        'retry unix - - n - - error', 'discard unix - - n - - discard', 'anvil unix - - n - 1 anvil',
        'lmtp unix - - n - - lmtp flags=DO', 'postlog unix-dgram n - n - 1 postlogd',
    ];
    pipes.forEach((_, i) => rows.push(`pipe${i} unix - n n - 4 pipe`,
        `  flags=DOR user=keptpipe null_sender= argv=${short}/d/etc/pipe${i} ` + pipeWords.map(w => `\${${w}}`).join(' ')));
    // Not error(8): mail to it would be refused at once, and a test wants the bounce of the world outside.
    rows.push('outside unix - n n - 4 pipe', `  user=keptpipe argv=${short}/d/etc/outside`);
    return rows.join('\n') + '\n';
}

// The script between pipe(8) and a command: `${recipient}` and the other words above may stand in its
// arguments, any byte may stand around them.
function pipeScript({ command, env = {} }) {
    const argument = word => String(word).split(/\$\{(\w+)\}/).map((piece, i) => {
        if (i % 2 === 0) return piece && quote(piece);
        if (!pipeWords.includes(piece)) throw new Error(`a pipe's command knows no \${${piece}}; it knows ${pipeWords.join(', ')}`);
        return `"$${piece}"`;
    }).join('') || "''";
    return ['#!/bin/sh', pipeWords.map((w, i) => `${w}=$${i + 1}`).join(' '),
        'unset LD_PRELOAD LD_LIBRARY_PATH MAIL_CONFIG NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP UID_WRAPPER UID_WRAPPER_ROOT',
        'export LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin',
        ...Object.entries(env).map(([k, v]) => `export ${k}=${quote(v)}`),
        `exec ${command.map(argument).join(' ')}`, ''].join('\n');
}

function transport(pipes) {
    return pipes.map(({ address, domain, regex }, i) => {
        const pattern = regex ? (regex.source ?? regex)
            : domain ? `@${regexQuote(domain)}$`
            : `^${regexQuote(address.slice(0, address.lastIndexOf('@')))}(\\+[^@]*)?@${regexQuote(domainOf(address))}$`;
        return `/${pattern}/ pipe${i}:\n`;
    }).join('');
}

function dovecotConf({ short, ports, tls, who, tokenInfo }) {
    const lib = `${short}/p/dovecot/usr/lib/dovecot`;
    return `
protocols = imap lmtp
listen = 127.0.0.1
base_dir = ${short}/run
state_dir = ${short}/d/data
libexec_dir = ${lib}
mail_plugin_dir = ${lib}/modules
login_plugin_dir = ${lib}/modules/login
log_path = ${short}/d/log/dovecot.log
default_internal_user = ${who.name}
default_internal_group = ${who.group}
default_login_user = ${who.name}
import_environment = TZ LANG LD_LIBRARY_PATH
first_valid_uid = ${who.uid}
first_valid_gid = ${who.gid}
mail_location = maildir:~/Maildir
recipient_delimiter = +
lmtp_hdr_delivery_address = none
disable_plaintext_auth = no
auth_mechanisms = plain login${tokenInfo ? ' xoauth2 oauthbearer' : ''}
auth_username_format = %Lu
auth_failure_delay = 0
mail_max_userip_connections = 200
mailbox_list_index = yes
${tokenInfo ? `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${short}/d/etc/oauth2.conf
}
` : ''}passdb {
  driver = passwd-file
  args = scheme=PLAIN ${short}/d/etc/users
}
userdb {
  driver = passwd-file
  args = ${short}/d/etc/users
  default_fields = uid=${who.uid} gid=${who.gid} home=${short}/d/mail/%d/%n
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox Trash {
    auto = subscribe
    special_use = \\Trash
  }
  mailbox Junk {
    auto = subscribe
    special_use = \\Junk
  }
}
${tls ? `ssl = yes
ssl_cert = <${short}/d/etc/tls/server.pem
ssl_key = <${short}/d/etc/tls/server.pem` : 'ssl = no'}
service imap-login {
  chroot =
  process_min_avail = 1
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${tls ? ports.imaps : 0}
    ssl = ${tls ? 'yes' : 'no'}
  }
}
service anvil {
  chroot =
  # no waiting after wrong passwords
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service lmtp {
  unix_listener lmtp {
    mode = 0600
  }
}
service auth {
  unix_listener ${short}/d/queue/private/auth {
    mode = 0600
  }
}
`;
}

export const domainsFile = domains => [...domains].map(d => `${d} local\n`).join('');
export const usersFile = users => [...users].map(([address, password]) => `${address}:{PLAIN}${password}::::::\n`).join('');

// Postfix waits a second or two for a file that was changed just now, lest its writer be at work; so files
// are written as of a minute ago.
export function writeFor(postfixFile, text) {
    fs.writeFileSync(postfixFile, text);
    const then = Date.now() / 1000 - 60;
    fs.utimesSync(postfixFile, then, then);
}

// Writes every file anew. `c`: { dir, short, who, domain, domains, users, pipes, ports, tls, settings }.
export function writeConfig(c) {
    const file = (name, text, mode = 0o644) => {
        const at = path.join(c.dir, 'etc', name);
        fs.mkdirSync(path.dirname(at), { recursive: true });
        name.startsWith('postfix/') ? writeFor(at, text) : fs.writeFileSync(at, text);
        fs.chmodSync(at, mode);
    };
    const { passwd, group } = accounts(c.who);
    file('passwd', passwd);
    file('group', group);
    file('users', usersFile(c.users), 0o600);
    file('dovecot.conf', dovecotConf(c));
    if (c.tokenInfo) file('oauth2.conf', `tokeninfo_url = ${c.tokenInfo}\nintrospection_mode = auth\nusername_attribute = email\ndebug = yes\n`);
    file('postfix/main.cf', mainCf(c));
    file('postfix/master.cf', masterCf(c));
    file('postfix/domains', domainsFile(c.domains));
    file('postfix/transport', transport(c.pipes));
    file('outside', '#!/bin/sh\necho 5.1.2 the private mail server sends nothing outside\nexit 68\n', 0o755);
    c.pipes.forEach((pipe, i) => file(`pipe${i}`, pipeScript(pipe), 0o755));
    const queue = ['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'maildrop', 'pid',
        'private', 'public', 'saved', 'trace'].map(d => `queue/${d}`);
    for (const d of ['log', 'data', 'mail', 'queue', ...queue])
        fs.mkdirSync(path.join(c.dir, d), { recursive: true, mode: 0o700 });
    const modules = path.join(c.short, 'run/modules');      // see tools/mail-parts
    fs.rmSync(modules, { force: true });
    fs.symlinkSync('../p/dovecot/usr/lib/dovecot/modules', modules);
}
