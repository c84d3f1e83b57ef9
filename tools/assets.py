#!/usr/bin/env python3
"""Puts the files of static/ into the program: CSS and JavaScript bundled by esbuild, all of them gzipped where that
helps, under names that carry the hash of their content. src/web/asset.h describes the result.

    assets.py --root DIR --build FOLDER --c assets_gen.c [--also FOLDER …] [--widget-strings FILE]

Entries are bundled, what they import is not shipped by itself: static/kept.css, static/js/<name>.js,
static/widget/widget.js. Everything else in static/ outside js/, css/ and widget/ is shipped as it is (pictures,
icons.svg), and so are the files of --also (translations for scripts).
"""
import argparse
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys

import templates
from common import c_string, read, write_if_changed

ENTRIES = {'kept.css': 'static/kept.css', 'agent.js': 'static/js/agent.js', 'customer.js': 'static/js/customer.js',
           'frame.css': 'static/frame.css', 'widget.js': 'static/widget/widget.js',
           'service-worker.js': 'static/js/service-worker.js'}
BUNDLED_FOLDERS = ('js', 'css', 'widget')
TYPES = {'.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml',
         '.json': 'application/json', '.png': 'image/png', '.jpg': 'image/jpeg', '.webp': 'image/webp',
         '.ico': 'image/x-icon', '.txt': 'text/plain; charset=utf-8', '.webmanifest': 'application/manifest+json',
         '.mp3': 'audio/mpeg', '.ogg': 'audio/ogg', '.woff2': 'font/woff2'}
TARGETS = 'chrome109,firefox109,safari16'


def walk(folder):
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if not name.startswith('.') and not name.endswith('~'):
                yield os.path.join(path, name)


def bundle(root, out, widget_strings):
    """{name: file} of the entries that exist."""
    entries = {name: os.path.join(root, path) for name, path in ENTRIES.items() if os.path.exists(os.path.join(root, path))}
    esbuild = os.path.join(root, 'node_modules/.bin/esbuild')
    if not os.path.exists(esbuild):
        if entries:
            print('assets.py: node_modules/.bin/esbuild is missing (npm ci): CSS and JavaScript are not bundled',
                  file=sys.stderr)
        return entries
    # esbuild takes under a tenth of a second, but every build would pay it: skip when nothing it read has changed.
    inputs = sorted(p for top in ('static', 'node_modules/htmx.org/package.json', 'node_modules/dompurify/package.json',
                                  'node_modules/uplot/package.json', 'node_modules/esbuild/package.json')
                    for p in ([os.path.join(root, top)] if top.endswith('.json') else walk(os.path.join(root, top))))
    inputs += [widget_strings] if widget_strings else []
    seen = json.dumps([TARGETS, sorted(entries)] + [(p, os.stat(p).st_mtime_ns, os.stat(p).st_size) for p in inputs if os.path.exists(p)])
    stamp = os.path.join(out, 'stamp')
    made = {name: os.path.join(out, name) for name in entries}
    if os.path.exists(stamp) and read(stamp) == seen and all(map(os.path.exists, made.values())):
        return made
    for name, path in entries.items():
        command = [esbuild, path, '--bundle', '--minify', '--outfile=' + made[name], '--log-level=warning',
                   '--target=' + TARGETS, '--legal-comments=none', '--loader:.svg=dataurl']
        if name.endswith('.js'):
            command.append('--format=iife' if name in ('widget.js', 'service-worker.js') else '--format=esm')
            if name == 'widget.js':
                command.append('--alias:kept-strings=' + os.path.abspath(widget_strings))
        else:
            command += ['--external:/assets/*']
        if subprocess.run(command, cwd=root).returncode:
            sys.exit('assets.py: %s could not be bundled' % os.path.relpath(path, root))
    with open(stamp, 'w') as f:
        f.write(seen)
    return made


def collect(root, out, also, widget_strings):
    found = bundle(root, out, widget_strings)
    static = os.path.join(root, 'static')
    entries = {os.path.join(root, path) for path in ENTRIES.values()}
    plain = [p for p in walk(static) if p not in entries and
             os.path.relpath(p, static).split(os.sep)[0] not in BUNDLED_FOLDERS and not p.endswith('.css')]
    for path in plain + [p for folder in also for p in walk(folder)]:
        name = os.path.basename(path)
        if name in found:
            sys.exit('assets.py: two files are called %s' % name)
        if os.path.splitext(name)[1] not in TYPES:
            sys.exit('assets.py: what type has %s? Add it to TYPES' % os.path.relpath(path, root))
        found[name] = path
    return found


def asked_for(root):
    """(where, name) of each {{@asset "…"}}."""
    for path in templates.find(root):
        text = read(root, path)
        for match in re.finditer(r'\{\{@asset "([^"]*)"', text):
            yield '%s:%d' % (path, text.count('\n', 0, match.start()) + 1), match.group(1)


def generate(found, out):
    lines = ['/* Made by tools/assets.py from static/. */', '#include "web/asset.h"', '']
    rows = []
    for number, name in enumerate(sorted(found)):
        with open(found[name], 'rb') as f:
            data = f.read()
        digest = hashlib.sha256(data).hexdigest()[:10]
        stem, ending = os.path.splitext(name)
        packed = gzip.compress(data, 9, mtime=0)
        if len(packed) > 0.95 * len(data):
            packed = b''
        columns = []
        for form, content in (('plain', data), ('gzip', packed)):
            if not content:
                columns.append('{0, 0}')
                continue
            path = os.path.join(out, 'embed', '%s.%s.%s' % (name, digest, form))
            if not os.path.exists(path):
                write_if_changed(path, content)
            symbol = 'asset_%d_%s' % (number, form)
            lines.append('__asm__(".pushsection .rodata\\n.balign 16\\n%s: .incbin %s\\n.byte 0\\n.popsection");' % (
                symbol, c_string(c_string(path))[1:-1]))
            lines.append('extern const uint8_t %s[] __attribute__((visibility("hidden")));' % symbol)
            columns.append('{%s, %d}' % (symbol, len(content)))
        rows.append('    {%s, %s, %s, %s, %s},' % (c_string('/assets/%s.%s%s' % (stem, digest, ending)), c_string(name),
                                                    c_string(TYPES[ending]), *columns))
    lines += ['', 'const struct asset assets[] = {'] + (rows or ['    {0},']) + ['};',
                                                                                'const size_t assets_n = %d;' % len(rows), '']
    return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', required=True)
    parser.add_argument('--build', required=True, help='folder for what is made on the way')
    parser.add_argument('--c')
    parser.add_argument('--also', action='append', default=[])
    parser.add_argument('--widget-strings', help="made by catalogue.py: the widget's sentences")
    parser.add_argument('--check', action='store_true', help='is every {{@asset}} there?')
    options = parser.parse_args()
    os.makedirs(os.path.join(options.build, 'embed'), exist_ok=True)
    found = collect(options.root, options.build, options.also, options.widget_strings)
    if options.check:
        missing = ['%s: there is no asset "%s"' % (where, name) for where, name in asked_for(options.root) if name not in found]
        sys.exit('\n'.join(missing) or 0)
    write_if_changed(options.c, generate(found, options.build))


if __name__ == '__main__':
    main()
