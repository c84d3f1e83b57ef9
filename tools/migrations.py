#!/usr/bin/env python3
"""Puts sql/NNNN_name.sql into the program, in the order of their numbers (src/store/migrations.h).

    migrations.py --root DIR --c migrations_gen.c
"""
import argparse
import os
import re
import sys

from common import c_string, read, write_if_changed


def collect(root):
    found = {}
    folder = os.path.join(root, 'sql')
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
        if not name.endswith('.sql'):
            continue
        match = re.fullmatch(r'(\d{4})_([a-z0-9_]+)\.sql', name)
        if not match:
            sys.exit('sql/%s: a migration is called NNNN_name.sql' % name)
        number = int(match.group(1))
        if number in found:
            sys.exit('sql/%s: the number %d is taken by %s' % (name, number, found[number][0]))
        # Comments are for readers of sql/; what is left is only statements.
        found[number] = (match.group(2), re.sub(r'--[^\n]*', '', read(folder, name)))
    for expected, number in enumerate(sorted(found), 1):
        if number != expected:
            sys.exit('sql: number %04d is missing' % expected)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', required=True)
    parser.add_argument('--c', required=True)
    options = parser.parse_args()
    found = collect(options.root)
    lines = ['/* Made by tools/migrations.py from sql/. */', '#include "store/migrations.h"', '',
             'const struct migration migrations[] = {']
    for number in sorted(found):
        name, text = found[number]
        lines.append('    {%d, %s,' % (number, c_string(name)))
        lines += ['     ' + c_string(line) for line in text.splitlines(True)] or ['     ""']
        lines[-1] += '},'
    lines += ['    {0, 0, 0},', '};', 'const int migrations_n = %d;' % len(found), '']
    write_if_changed(options.c, '\n'.join(lines))


if __name__ == '__main__':
    main()
