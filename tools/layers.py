#!/usr/bin/env python3
"""Dependencies point one way (CONTRIBUTING.md): fails with each #include that goes another.

    layers.py [--root DIR]
"""
import argparse
import os
import re
import sys

from common import read

# A layer may include itself and these.
USES = {
    'base': set(),
    'store': {'base'},
    'text': {'base'},
    'desk': {'base', 'store', 'text'},
    'channel': {'base', 'store', 'text', 'desk'},
    'web': {'base', 'store', 'text', 'desk'},
    'main': {'base', 'store', 'text', 'desk', 'channel', 'web'},
}
# Libraries that stay behind one layer's interface.
ONLY_IN = {'sqlite3.h': 'store', 'libpq-fe.h': 'store', 'microhttpd.h': 'web', 'wslay/wslay.h': 'web', 'gmime/gmime.h': 'channel'}
GENERATED = {'catalogue_gen.h': 'base', 'html_gen.h': 'web', 'command.h': 'main'}


def faults(root):
    for folder, folders, names in os.walk(os.path.join(root, 'src')):
        folders.sort()
        for name in sorted(names):
            if not name.endswith(('.c', '.h')):
                continue
            path = os.path.relpath(os.path.join(folder, name), root)
            parts = path.split(os.sep)
            layer = parts[1] if len(parts) > 2 else 'main'
            for number, line in enumerate(read(root, path).split('\n'), 1):
                match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
                if not match:
                    continue
                quote, header = match.groups()
                where = '%s:%d: ' % (path, number)
                if layer not in USES:
                    yield where + 'src/%s is no layer' % layer
                    break
                if header in ONLY_IN and layer != ONLY_IN[header]:
                    yield where + '%s is for src/%s only' % (header, ONLY_IN[header])
                if quote == '<':
                    continue
                other = GENERATED.get(header) or (header.split('/')[0] if '/' in header else 'main' if layer == 'main' else None)
                if other is None or other not in USES:
                    yield where + 'headers are included as "layer/file.h", not "%s"' % header
                elif other != layer and other not in USES[layer]:
                    yield where + '%s may not use %s' % (layer, other)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    found = list(faults(parser.parse_args().root))
    if found:
        sys.exit('\n'.join(found))


if __name__ == '__main__':
    main()
