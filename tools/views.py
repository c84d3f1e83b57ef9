#!/usr/bin/env python3
"""A page shows only what somebody fills in. Fails with each field of a view struct (src/web/views*.h) that no file of
src/web sets: what a template reads there is never there, and the page promises something that the program does not do.

A field counts as set where a file that names its struct, or one that holds it, writes or takes `.field` or `->field`; the
fields of a struct that is filled by position count as set.

    views.py [--root DIR]
"""
import argparse
import glob
import os
import re
import sys

from common import read

FILLED_ELSEWHERE = {  # by the template compiler, or an empty field that a form begins with
    ('sign_in_view', 'password'), ('sign_in_code_view', 'code'),
}


def structs_of(text):
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
    return {m.group(1): m.group(2) for m in re.finditer(r'struct (\w+) \{(.*?)\n\};', text, re.S)}


def fields_of(body):
    for declaration in body.split(';'):
        for one in declaration.split(','):
            words = re.sub(r'\[.*?\]', '', one).split()
            if words:
                yield words[-1].lstrip('*')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    web = os.path.join(parser.parse_args().root, 'src/web')
    structs, code = {}, []
    for path in sorted(glob.glob(os.path.join(web, '*.[ch]'))):
        name = os.path.basename(path)
        if re.match(r'views.*\.h$', name):
            structs.update(structs_of(read(web, name)))
        else:
            code.append(read(web, name))
    holders = {name: {name} for name in structs}
    for name, body in structs.items():
        for inner in re.findall(r'struct (\w+)', body):
            holders.setdefault(inner, {inner}).add(name)
    wrong = []
    for name, body in structs.items():
        there = '\n'.join(text for text in code if any(re.search(r'struct %s\b' % h, text) for h in holders[name]))
        if re.search(r'\(?struct %s(\)| \w+ = )\{\s*[^.\s}]' % name, there):
            continue
        for field in fields_of(body):
            if (name, field) not in FILLED_ELSEWHERE and not re.search(r'(\.|->)%s\b' % field, there):
                wrong.append('struct %s: nobody fills in %s' % (name, field))
    if wrong:
        sys.exit('\n'.join(wrong))


if __name__ == '__main__':
    main()
