#!/usr/bin/env python3
"""docs/where.md says which one function decides what. Fails with each `name_of_function` in it that src/ no longer has.

    where.py [--root DIR]
"""
import argparse
import os
import re
import sys

from common import read


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    root = parser.parse_args().root
    page = os.path.join(root, 'docs/where.md')
    if not os.path.exists(page):
        return
    called = set()
    for folder, folders, names in os.walk(os.path.join(root, 'src')):
        for name in names:
            if name.endswith(('.c', '.h')):
                # at the beginning of a line: a definition or declaration, not a call
                called |= set(re.findall(r'^[A-Za-z_][\w *]*?[ *](\w+)\(', read(folder, name), re.M))
    wrong = []
    for number, line in enumerate(read(page).split('\n'), 1):
        for name in re.findall(r'`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?:\(\))?`', line):
            if name not in called:
                wrong.append('docs/where.md:%d: src/ has no function %s' % (number, name))
    if wrong:
        sys.exit('\n'.join(wrong))


if __name__ == '__main__':
    main()
