#!/usr/bin/env python3
"""Puts demo/*.jsonl into the program, after a look at what they say (src/demo.h).

    demo_data.py --root DIR --c demo_gen.c
"""
import argparse
import json
import os
import re
import sys

from common import c_string, read, write_if_changed

WORDS = {'name', 'call', 'Call', 'addr', 'Addr', 'i', 'say', 'ask', 'order'}
STATUSES = {'new', 'open', 'pending', 'on_hold', 'snoozed', 'resolved', 'spam'}


def faults(folder):
    """What would only show when the demo is filled, or never."""
    agents = {json.loads(line)['key'] for line in read(folder, 'agents.jsonl').splitlines()}
    teams = {team for line in read(folder, 'agents.jsonl').splitlines() for team in json.loads(line)['teams']}
    for name in sorted(os.listdir(folder)):
        for number, line in enumerate(read(folder, name).splitlines(), 1):
            where = 'demo/%s:%d: ' % (name, number)
            try:
                row = json.loads(line)
            except ValueError as error:
                yield where + str(error)
                continue
            if not name.startswith('conversations.'):
                continue
            if row['agent'] not in agents or row['team'] not in teams or row['status'] not in STATUSES:
                yield where + 'no such agent, team or status'
            if (row['status'] in ('on_hold', 'snoozed')) != ('until' in row):
                yield where + '"until" (hours from now) goes with on_hold and snoozed'
            before = -1
            for minute, who, text in row['messages']:
                unknown = set(re.findall(r'\{(\w*)\}', text)) - WORDS
                if minute <= before or who not in ('customer', 'agent', 'note') or unknown:
                    yield where + 'minute %d: %s' % (minute, ', '.join(sorted(unknown)) or 'out of order, or by nobody')
                before = minute
            if row['messages'][0][1] != 'customer':
                yield where + 'the customer writes first'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', required=True)
    parser.add_argument('--c', required=True)
    options = parser.parse_args()
    folder = os.path.join(options.root, 'demo')
    found = list(faults(folder))
    if found:
        sys.exit('\n'.join(found))
    lines = ['/* Made by tools/demo_data.py from demo/. */', '#include "demo.h"', '',
             'const struct demo_line demo_lines[] = {']
    for name in sorted(os.listdir(folder)):
        kind, lang = (name.removesuffix('.jsonl').split('.') + [''])[:2]
        for line in read(folder, name).splitlines():
            lines.append('    {%s, %s, %s},' % (c_string(kind), c_string(lang), c_string(line)))
    lines += ['};', 'const int demo_lines_n = (int)(sizeof demo_lines / sizeof *demo_lines);', '']
    write_if_changed(options.c, '\n'.join(lines))


if __name__ == '__main__':
    main()
