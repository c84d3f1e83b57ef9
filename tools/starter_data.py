#!/usr/bin/env python3
"""Puts start/*.jsonl into the program (src/desk/starter.h). What the lines say is judged by test_starter.

    starter_data.py --root DIR --c starter_gen.c
"""
import argparse
import json
import os
import sys

from common import c_string, read, write_if_changed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', required=True)
    parser.add_argument('--c', required=True)
    options = parser.parse_args()
    folder = os.path.join(options.root, 'start')
    lines = ['/* Made by tools/starter_data.py from start/. */', '#include "desk/starter.h"', '',
             'const struct starter_line starter_lines[] = {']
    for name in sorted(os.listdir(folder)):
        kind, lang = name.removesuffix('.jsonl').split('.')
        for number, line in enumerate(read(folder, name).splitlines(), 1):
            try:
                json.loads(line)
            except ValueError as error:
                sys.exit('start/%s:%d: %s' % (name, number, error))
            lines.append('    {%s, %s, %s},' % (c_string(kind), c_string(lang), c_string(line)))
    lines += ['};', 'const int starter_lines_n = (int)(sizeof starter_lines / sizeof *starter_lines);', '']
    write_if_changed(options.c, '\n'.join(lines))


if __name__ == '__main__':
    main()
