#!/usr/bin/env python3
"""The catalogues: collects every sentence of the sources, holds lang/*.po against them, and compiles both.

    catalogue.py --root DIR --c catalogue_gen.c --h catalogue_gen.h [--strings FOLDER] [--widget FILE]   compile
    catalogue.py --root DIR --check      fails on missing, stale and damaged translations
    catalogue.py --root DIR --update     adds an empty entry for each new sentence, drops those that are gone

A .po is sorted by msgid and has no line numbers, so that two people's additions merge. A sentence without a translation
is shown in English. In code: tr(lang, "…"), tr_n(lang, n, "…", "…"), N_("…"); in templates {{_ "…"}}, {{#_ "…"}} and
{{_n count "…" "…"}}; in scripts t("…") and tn(n, "…", "…").
"""
import argparse
import json
import os
import re
import sys

import templates
from common import c_string, constant, holes, read, shown, write_if_changed

LOCALES = ['en', 'vi', 'zh-Hans', 'zh-Hant', 'th']  # the order of enum locale
C_STRING = r'((?:"(?:\\.|[^"\\])*"\s*)+)'
C_CALL = re.compile(r'\b(tr|tr_n|N_)\s*\(')
C_PIECE = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[(),]')  # what may end an argument, and what hides such
C_SENTENCES = {'tr': [1], 'tr_n': [2, 3], 'N_': [0]}  # which arguments they are
JS_STRING = r'("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\')'
JS_ONE = re.compile(r'(?<![\w.$])t\s*\(\s*' + JS_STRING)
JS_MANY = re.compile(r'(?<![\w.$])tn\s*\(\s*[^,"\']+,\s*' + JS_STRING + r'\s*,\s*' + JS_STRING)
JS_COMMENT = re.compile(r'^\s*(?://|\*|/\*).*$', re.M)


class Message:
    def __init__(self, msgid, plural, where):
        self.msgid, self.plural, self.where = msgid, plural, where
        self.script = False  # a script of our own pages shows it
        self.widget = False  # the chat widget on other websites does: it gets these alone


# ---- reading the sources ----

def c_text(source):
    joined = ''.join(re.findall(r'"((?:\\.|[^"\\])*)"', source))
    return re.sub(r'\\(.)', lambda m: {'n': '\n', 't': '\t'}.get(m.group(1), m.group(1)), joined)


def c_arguments(text, at):
    """Of a call, from behind its opening bracket."""
    depth, begin, found = 1, at, []
    for piece in C_PIECE.finditer(text, at):
        depth += {'(': 1, ')': -1}.get(piece.group(), 0)
        if not depth or (depth == 1 and piece.group() == ','):
            found.append(text[begin:piece.start()].strip())
            begin = piece.end()
        if not depth:
            break
    return found


def files(root, folder, ending):
    for path, folders, names in os.walk(os.path.join(root, folder)):
        folders.sort()
        for name in sorted(names):
            if name.endswith(ending):
                yield os.path.relpath(os.path.join(path, name), root)


def blank_comments(text):
    """C comments become spaces; strings stay, also those with // in them."""
    return re.sub(r'"(?:\\.|[^"\\])*"|/\*.*?\*/|//[^\n]*',
                  lambda m: m.group() if m.group()[0] == '"' else re.sub(r'[^\n]', ' ', m.group()), text, flags=re.S)


def collect(root):
    """({msgid: Message}, mistakes)"""
    found, mistakes = {}, []

    def add(msgid, plural, where, script=False, widget=False):
        if not msgid:
            mistakes.append('%s: an empty sentence' % where)
            return
        old = found.setdefault(msgid, Message(msgid, plural, where))
        if old.plural and plural and old.plural != plural:
            mistakes.append('%s: "%s" has another plural than in %s' % (where, msgid, old.where))
        old.plural = old.plural or plural
        old.script |= script
        old.widget |= widget

    for path in list(files(root, 'src', '.c')) + list(files(root, 'src', '.h')):
        if path in ('src/base/tr.h', 'src/base/tr.c'):
            continue
        text = blank_comments(read(root, path))
        for call in C_CALL.finditer(text):
            given, where = c_arguments(text, call.end()), '%s:%d' % (path, text.count('\n', 0, call.start()) + 1)
            said = [given[n] for n in C_SENTENCES[call.group(1)] if n < len(given) and '"' in given[n]]
            if any(not re.fullmatch(C_STRING, one) for one in said):
                mistakes.append('%s: choose between sentences outside of %s(): inside none is found' % (where, call.group(1)))
            elif said:
                add(c_text(said[0]), c_text(said[1]) if len(said) > 1 else None, where)
    loaded, unreadable = templates.load(root)
    mistakes += unreadable
    for t in loaded.values():
        for line, msgid, plural in templates.messages(t):
            add(msgid, plural, '%s:%d' % (t.path, line))
    for path in files(root, 'static', '.js'):
        text = JS_COMMENT.sub('', read(root, path))
        of = {'widget': True} if path.startswith('static/widget/') else {'script': True}
        unquote = lambda s: re.sub(r'\\(.)', lambda m: {'n': '\n'}.get(m.group(1), m.group(1)), s[1:-1])
        for match in JS_ONE.finditer(text):
            add(unquote(match.group(1)), None, path, **of)
        for match in JS_MANY.finditer(text):
            add(unquote(match.group(1)), unquote(match.group(2)), path, **of)
    taken = {}
    for msgid in found:
        if taken.setdefault(constant(msgid), msgid) != msgid:
            mistakes.append('two sentences with one number: "%s" and "%s"' % (msgid, taken[constant(msgid)]))
    return found, mistakes


# ---- .po ----

class Entry:
    def __init__(self):
        self.msgid = self.plural = None
        self.texts = {}
        self.comments = []
        self.line = 0


def read_po(path):
    """(header lines, {msgid: Entry})"""
    header, entries = '', {}
    if not os.path.exists(path):
        return header, entries
    entry, field = Entry(), None

    def done():
        nonlocal entry, header
        if entry.msgid == '':
            header = entry.texts.get(0, '')
        elif entry.msgid is not None:
            if entry.msgid in entries:
                sys.exit('%s:%d: "%s" stands twice' % (path, entry.line, entry.msgid))
            entries[entry.msgid] = entry
        entry = Entry()

    for number, line in enumerate(read(path).split('\n'), 1):
        line = line.strip()
        if not line or line.startswith('#'):
            if entry.msgid is not None:
                done()
            field = None
            if line:
                entry.comments.append(line)
            continue
        match = re.fullmatch(r'(msgid_plural|msgid|msgstr(?:\[(\d)\])?)?\s*"((?:\\.|[^"\\])*)"', line)
        if not match:
            sys.exit('%s:%d: cannot read this line' % (path, number))
        word, index, text = match.groups()
        text = re.sub(r'\\(.)', lambda m: {'n': '\n', 't': '\t'}.get(m.group(1), m.group(1)), text)
        if word == 'msgid' and entry.msgid is not None:
            done()
        if word:
            field = word if word.startswith('msgid') else int(index or 0)
            entry.line = entry.line or number
        if field == 'msgid':
            entry.msgid = (entry.msgid or '') + text
        elif field == 'msgid_plural':
            entry.plural = (entry.plural or '') + text
        elif field is None:
            sys.exit('%s:%d: text without msgid or msgstr' % (path, number))
        else:
            entry.texts[field] = entry.texts.get(field, '') + text
    done()
    return header, entries


def po_text(word, text):
    escaped = text.replace('\\', '\\\\').replace('"', '\\"').replace('\t', '\\t')
    if '\n' not in escaped:
        return '%s "%s"\n' % (word, escaped)
    parts = escaped.split('\n')
    lines = [p + '\\n' for p in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
    return '%s ""\n' % word + ''.join('"%s"\n' % p for p in lines)


def write_po(path, lang, header, entries):
    header = header or 'Language: %s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n' \
        'Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n' % lang.replace('-', '_')
    out = [po_text('msgid', '') + po_text('msgstr', header)]
    for msgid in sorted(entries):
        e = entries[msgid]
        text = ''.join(c + '\n' for c in e.comments) + po_text('msgid', msgid)
        if e.plural:
            text += po_text('msgid_plural', e.plural) + po_text('msgstr[0]', e.texts.get(0, ''))
        else:
            text += po_text('msgstr', e.texts.get(0, ''))
        out.append(text)
    write_if_changed(path, '\n'.join(out))


def po_path(root, lang):
    return os.path.join(root, 'lang', lang + '.po')


# ---- what one can do ----

def update(root, found):
    os.makedirs(os.path.join(root, 'lang'), exist_ok=True)
    for lang in LOCALES[1:]:
        header, entries = read_po(po_path(root, lang))
        kept = {}
        for msgid, message in found.items():
            e = entries.get(msgid) or Entry()
            e.plural = message.plural
            kept[msgid] = e
        write_po(po_path(root, lang), lang, header, kept)


def check(root, found):
    faults = []
    for lang in LOCALES[1:]:
        path = 'lang/%s.po' % lang
        header, entries = read_po(po_path(root, lang))
        for msgid, m in sorted(found.items()):
            e = entries.get(msgid)
            if not e or not e.texts.get(0):
                faults.append('%s: missing: "%s" (%s)' % (path, msgid, m.where))
                continue
            wanted = set(holes(msgid)) | set(holes(m.plural or ''))
            have = set(holes(e.texts[0]))
            if wanted - have or have - wanted:
                faults.append('%s:%d: other holes than in "%s": %s' % (
                    path, e.line, msgid, ', '.join('{%s}' % h for h in sorted(wanted ^ have))))
            if (e.plural or None) != (m.plural or None):
                faults.append('%s:%d: another plural than in %s: "%s"' % (path, e.line, m.where, msgid))
            if e.texts[0] != e.texts[0].strip() and msgid == msgid.strip():
                faults.append('%s:%d: white space around the translation of "%s"' % (path, e.line, msgid))
        for msgid, e in sorted(entries.items()):
            if any(c.startswith('#,') and 'fuzzy' in c for c in e.comments):
                faults.append('%s:%d: fuzzy: "%s"' % (path, e.line, msgid))
            if msgid not in found:
                faults.append('%s:%d: stale, no source says "%s"' % (path, e.line, msgid))
        if list(entries) != sorted(entries):
            faults.append('%s: not sorted by msgid (--update sorts)' % path)
    return faults


def forms(message, entry, lang):
    """The one or two texts of a message; None where English stands in."""
    if lang == 'en':
        return [shown(message.msgid)] + ([shown(message.plural)] if message.plural else [])
    text = (entry and entry.texts.get(0)) or None
    if text and set(holes(text)) != set(holes(message.msgid)) | set(holes(message.plural or '')):
        text = None  # the check names it; a page must not lose a value by it
    return [text] * (2 if message.plural else 1)


def compile_all(root, found, c_path, h_path, strings, widget=None):
    order = sorted(found)
    catalogues = {lang: read_po(po_path(root, lang))[1] if lang != 'en' else {} for lang in LOCALES}
    note = '/* Made by tools/catalogue.py from the sources and lang/. */\n'
    number, h_lines, ids = 0, [], []
    for msgid in order:
        h_lines.append('#define %s %d' % (constant(msgid), number))
        ids.append('    {%s, %d},' % (c_string(msgid), number))
        number += 2 if found[msgid].plural else 1
    h = note + '#ifndef KEPT_CATALOGUE_GEN_H\n#define KEPT_CATALOGUE_GEN_H\n\n#include "base/locale.h"\n\n#include <stddef.h>\n\n'
    h += 'struct catalogue_id {\n    const char *english; /* with its context */\n    int message;\n};\n'
    h += 'extern const struct catalogue_id catalogue_ids[]; /* sorted by strcmp */\nextern const size_t catalogue_ids_n;\n'
    h += 'enum { CATALOGUE_MESSAGES = %d };\n' % max(number, 1)
    h += 'extern const char *const catalogue[LOCALES][CATALOGUE_MESSAGES]; /* NULL: no translation */\n\n'
    h += '\n'.join(h_lines) + '\n\n#endif\n'
    # strcmp orders by bytes, as does Python for code points in UTF-8
    c = note + '#include "catalogue_gen.h"\n\nconst struct catalogue_id catalogue_ids[] = {\n%s\n};\n' % (
        '\n'.join(ids) or '    {0},')
    c += 'const size_t catalogue_ids_n = %d;\n\n' % len(ids)
    c += 'const char *const catalogue[LOCALES][CATALOGUE_MESSAGES] = {\n'
    for lang in LOCALES:
        c += '    { /* %s */\n' % lang
        for msgid in order:
            for text in forms(found[msgid], catalogues[lang].get(msgid), lang):
                c += '        %s,\n' % (c_string(text) if text else 'NULL')
        c += '%s    },\n' % ('' if order else '        NULL,\n')
    c += '};\n'
    write_if_changed(c_path, c)
    write_if_changed(h_path, h)
    if strings:
        os.makedirs(strings, exist_ok=True)
        for lang in LOCALES[1:]:
            table = {m: forms(found[m], catalogues[lang].get(m), lang)[0] for m in order if found[m].script}
            table = {m: text for m, text in table.items() if text}
            write_if_changed(os.path.join(strings, 'strings.%s.js' % lang), 'globalThis.keptStrings=%s;\n' % json.dumps(
                table, ensure_ascii=False, separators=(',', ':'), sort_keys=True))
    if widget:
        table = {m: [forms(found[m], catalogues[lang].get(m), lang)[0] or '' for lang in LOCALES[1:]]
                 for m in order if found[m].widget}
        write_if_changed(widget, 'export default %s;\n' % json.dumps(table, ensure_ascii=False, separators=(',', ':')))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--update', action='store_true')
    parser.add_argument('--c')
    parser.add_argument('--h')
    parser.add_argument('--strings', help='folder for strings.<lang>.js')
    parser.add_argument('--widget', help='the module of the chat widget')
    options = parser.parse_args()
    found, mistakes = collect(options.root)
    if options.c:  # the template compiler reports its own
        compile_all(options.root, found, options.c, options.h, options.strings, options.widget)
        return
    if mistakes:
        sys.exit('\n'.join(mistakes))
    if options.update:
        update(options.root, found)
    faults = check(options.root, found)
    if options.check and faults:
        sys.exit('\n'.join(faults))
    print('%d sentences, %d open points' % (len(found), len(faults)))


if __name__ == '__main__':
    main()
