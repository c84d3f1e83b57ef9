#!/usr/bin/env python3
"""Compiles html/**/*.html into typed C functions (docs/templates.md). A mistake in a template is reported at its line,
also when it is the C compiler that finds it (#line).

    templates.py --root SOURCE_DIR --c html_gen.c --h html_gen.h
"""
import argparse
import os
import re
import sys

from markup import Markup, Refused, VALUE, URL_ATTRS, URL_PART, plain_attr
from common import c_string, constant, holes, read, write_if_changed

# {{@name …}}: the C function in text, in an attribute, as a whole URL; and what it takes. A literal is our own text.
HELPERS = {
    'ago': {'text': 'html_ago', 'attr': 'html_ago_attr', 'takes': 'value'},
    'date': {'text': 'html_date', 'attr': 'html_date_attr', 'takes': 'value'},
    'time': {'text': 'html_time', 'attr': 'html_time_attr', 'takes': 'value'},
    'moment': {'text': 'html_moment', 'attr': 'html_moment_attr', 'takes': 'value'},
    'full': {'text': 'html_full', 'attr': 'html_full_attr', 'takes': 'value'},
    'iso': {'text': 'html_iso', 'attr': 'html_iso', 'takes': 'value'},
    'duration': {'text': 'html_duration', 'attr': 'html_duration', 'takes': 'value'},
    'number': {'text': 'html_number', 'attr': 'html_number', 'takes': 'value'},
    'icon': {'text': 'html_icon', 'takes': 'any'},
    'raw_fragment': {'text': 'html_raw_fragment', 'takes': 'value'},
    'csrf': {'text': 'html_csrf', 'takes': 'nothing'},
    'strings': {'text': 'html_strings', 'takes': 'nothing'},
    'asset': {'url': 'html_asset', 'takes': 'literal'},
}
ELEMENTS = {'ago', 'date', 'time', 'moment', 'full', 'icon', 'raw_fragment', 'csrf', 'strings'}  # in text they make tags
# The _Generic stands in the generated code, not in a macro, so that gcc names the template's line.
PUT = {'text': '_Generic((%s), HTML_TEXT)(out, %s);', 'attr': '_Generic((%s), HTML_ATTR)(out, %s);',
       'url': 'html_url(out, %s);', 'url_part': '_Generic((%s), HTML_URL_PART)(out, %s);'}
PUT_N = {'text': 'html_text_n', 'attr': 'html_attr_n'}

TAG = re.compile(r'\{\{(!.*?|(?:"(?:\\.|[^"\\])*"|[^"{}]|\{(?!\{)|\}(?!\}))*)\}\}', re.S)
WORD = re.compile(r'\s*(?:(?P<string>"(?:\\.|[^"\\])*")|(?P<number>-?\d+)|'
                  r'(?P<path>[A-Za-z_]\w*(?:(?:\.|->)\w+|\[\w+\])*)|'
                  r'(?P<op>==|!=|<=|>=|&&|\|\||[<>!()=@])|(?P<bad>\S))')


class Mistake(Exception):
    def __init__(self, path, line, reason):
        super().__init__('%s:%d: %s' % (path, line, reason))


# ---- reading ----

class Node:
    """kind: text value helper message if each part layout content; the rest by kind."""
    def __init__(self, kind, line, **fields):
        self.kind, self.line = kind, line
        self.__dict__.update(fields)


class Words:
    """The words of one {{tag}}, one after the other."""
    def __init__(self, text, fail):
        self.fail, self.at, self.list = fail, 0, []
        text = text.rstrip()
        i = 0
        while i < len(text):
            match = WORD.match(text, i)
            if not match or match.lastgroup == 'bad':
                fail('what is "%s"?' % text[i:].strip())
            self.list.append((match.lastgroup, match.group(match.lastgroup)))
            i = match.end()

    def peek(self, value=None):
        kind, text = self.list[self.at] if self.at < len(self.list) else (None, None)
        return kind if value is None else (kind == 'op' and text == value)

    def take(self, kind, what):
        if self.peek() != kind:
            self.fail('%s is missing%s' % (what, ', found "%s"' % self.list[self.at][1] if self.peek() else ''))
        self.at += 1
        return self.list[self.at - 1][1]

    def op(self, value):
        if self.peek(value):
            self.at += 1
            return True
        return False

    def end(self):
        if self.peek():
            self.fail('"%s" is too much here' % self.list[self.at][1])


def unquote(text):
    return re.sub(r'\\(.)', lambda m: {'n': '\n'}.get(m.group(1), m.group(1)), text[1:-1], flags=re.S)


class Template:
    """One file: its view, and its nodes."""
    def __init__(self, root, path):
        self.path = path  # html/agent/inbox.html
        self.key = path[len('html/'):-len('.html')]
        self.name = 'html_' + re.sub(r'[^A-Za-z0-9]', '_', self.key)
        self.view = self.header = self.layout = self.layout_arg = None
        self.text = read(root, path)
        self.line = 1
        self.nodes = self.parse()

    def fail(self, reason, line=None):
        raise Mistake(self.path, line or self.line, reason)

    def tags(self):
        """(literal text, its line, tag or None, its line) …; a tag that has a line for itself takes the line along."""
        text, i, line = self.text, 0, 1
        for match in TAG.finditer(text):
            start, end = match.span()
            inside = match.group(1)
            stray = text.find('{{', i, start)
            if stray >= 0:
                self.fail('{{ without }}', text.count('\n', 0, stray) + 1)
            literal_end, next_i = start, end
            if inside[:1] in '#/!' or re.match(r'\s*(else\b|view\b|layout\b|:)', inside):
                line_start = text.rfind('\n', 0, start) + 1
                line_end = text.find('\n', end)
                line_end = len(text) if line_end < 0 else line_end
                if line_start >= i and not text[line_start:start].strip() and not text[end:line_end].strip():
                    literal_end, next_i = max(i, line_start - 1), line_end
            yield text[i:literal_end], line, inside, text.count('\n', 0, start) + 1
            i = next_i
            line = text.count('\n', 0, i) + 1
        if '{{' in text[i:]:
            self.fail('{{ without }}', text.count('\n', 0, text.index('{{', i)) + 1)
        yield text[i:], line, None, line

    def parse(self):
        root = []
        stack = []  # (node, what closes it)
        into = root
        first = True
        for literal, literal_line, tag, line in self.tags():
            if literal:
                if first and literal.strip():
                    self.fail('the first line names the view: {{view struct some_view "web/views.h"}} or {{view none}}', 1)
                into.append(Node('text', literal_line, text=literal))
            if tag is None:
                break
            self.line = line
            if tag.startswith('!'):
                continue
            if first:
                self.read_view(tag)
                first = False
                continue
            sign, body = self.split(tag)
            if sign == '>':
                into.append(Node('part', line, **dict(zip(('key', 'arg'), self.part_words(body)))))
                continue
            words = Words(body if sign != 'layout' else '', self.fail)
            if sign == 'layout':
                if self.layout or any(n.kind != 'text' or n.text.strip() for n in root) or stack:
                    self.fail('{{layout}} comes once, right after {{view}}')
                self.layout, self.layout_arg = self.part_words(body)
            elif sign == 'content':
                words.end()
                if stack:
                    self.fail('{{content}} cannot depend on a condition')
                into.append(Node('content', line))
            elif sign == '#if':
                node = Node('if', line, ways=[(self.condition(words), [])])
                words.end()
                into.append(node)
                stack.append((node, '/if', into))
                into = node.ways[0][1]
            elif sign == '#each':
                node = self.read_each(words, line)
                into.append(node)
                stack.append((node, '/each', into))
                into = node.body
            elif sign == '#_':
                node = self.read_message(words, line, False)
                node.parts = {}
                into.append(node)
                stack.append((node, '/_', into))
                into = []
            elif sign == ':':
                if not stack or stack[-1][1] != '/_':
                    self.fail('{{:hole}} outside of {{#_ "…"}}')
                node = stack[-1][0]
                name = words.take('path', 'the name of the hole')
                words.end()
                into = node.parts.setdefault(name, [])
            elif sign == 'else':
                into = self.read_else(stack, words)
            elif sign.startswith('/'):
                words.end()
                if not stack or stack[-1][1] != sign:
                    self.fail('{{%s}} %s' % (sign, 'while {{%s}} of line %d is open' % (
                        stack[-1][1].replace('/', '#'), stack[-1][0].line) if stack else 'closes nothing'))
                node, _, into = stack.pop()
            else:
                into.append(self.read_leaf(sign, words, line))
        if first:
            self.fail('the first line names the view: {{view struct some_view "web/views.h"}} or {{view none}}', 1)
        if stack:
            self.fail('{{%s}} is not closed' % stack[-1][1].replace('/', '#'), stack[-1][0].line)
        return root

    def split(self, tag):
        match = re.match(r'\s*(#if|#each|#_|/if|/each|/_|else|layout|content|_n|_|>|@|:)(?![\w.\[-])\s*(.*)$', tag, re.S) or \
            re.match(r'\s*(>|@|:)\s*(.*)$', tag, re.S)
        if match:
            return match.group(1), match.group(2)
        if re.match(r'\s*[#/]', tag):
            self.fail('what is {{%s}}? There are #if, #each and #_' % tag.strip())
        return 'value', tag

    def read_view(self, tag):
        match = re.match(r'\s*view\s+(?:none|struct\s+(\w+)\s+"([^"]+)")\s*$', tag)
        if not match:
            self.fail('the first line names the view: {{view struct some_view "web/views.h"}} or {{view none}}')
        self.view, self.header = match.groups()

    def read_each(self, words, line):
        path = words.take('path', 'the list')
        if words.take('path', '"as"') != 'as':
            self.fail('write {{#each %s as name}}' % path)
        name = words.take('path', 'the name of one')
        words.end()
        if not re.fullmatch(r'[a-z]\w*[a-z0-9]|[a-z]', name) or name in ('v', 'page', 'out'):
            self.fail('"%s" cannot be the name of one' % name)
        return Node('each', line, path=path, name=name, body=[], otherwise=None)

    def read_else(self, stack, words):
        if not stack or stack[-1][1] == '/_':
            self.fail('{{else}} outside of {{#if}} and {{#each}}')
        node = stack[-1][0]
        if node.kind == 'each':
            words.end()
            if node.otherwise is not None:
                self.fail('a second {{else}}')
            node.otherwise = []
            return node.otherwise
        if node.ways[-1][0] is None:
            self.fail('{{else}} after {{else}}')
        way = None
        if words.peek():
            if words.take('path', '"if"') != 'if':
                self.fail('write {{else}} or {{else if …}}')
            way = self.condition(words)
            words.end()
        node.ways.append((way, []))
        return node.ways[-1][1]

    def read_leaf(self, sign, words, line):
        if sign == 'value':
            path = words.take('path', 'a value such as v.title')
            words.end()
            return Node('value', line, path=path)
        if sign == '@':
            node = self.helper(words, line)
            words.end()
            return node
        return self.read_message(words, line, sign == '_n')

    def part_words(self, body):
        """agent/row row"""
        match = re.match(r'([A-Za-z0-9_/-]+)(?:\s+(.+))?$', body.strip(), re.S)
        if not match:
            self.fail('the name of a template is missing, such as agent/row')
        if not match.group(2):
            return match.group(1), None
        words = Words(match.group(2), self.fail)
        arg = words.take('path', 'the view of the part')
        words.end()
        return match.group(1), arg

    def helper(self, words, line):
        name = words.take('path', 'the name of a helper')
        if name not in HELPERS:
            self.fail('there is no helper @%s; there are %s' % (name, ', '.join('@' + h for h in sorted(HELPERS))))
        takes = HELPERS[name]['takes']
        arg = literal = None
        if takes in ('literal', 'any') and words.peek() == 'string':
            literal = unquote(words.take('string', ''))
        elif takes in ('value', 'any'):
            arg = words.take('path', 'what @%s prints' % name)
        elif takes == 'literal':
            self.fail('@%s takes a text in quotes' % name)
        return Node('helper', line, name=name, arg=arg, literal=literal)

    def read_message(self, words, line, plural):
        node = Node('message', line, count=None, many=None, args={}, parts=None)
        if plural:
            node.count = words.take('path', 'the number')
        node.text = unquote(words.take('string', 'the English sentence in quotes'))
        if plural:
            node.many = unquote(words.take('string', 'the sentence for many, in quotes'))
            node.args['n'] = Node('value', line, path=node.count)
        while words.peek() == 'path':
            name = words.take('path', '')
            if not words.op('='):
                self.fail('write %s=value' % name)
            if words.op('@'):
                node.args[name] = self.helper(words, line)
            else:
                node.args[name] = Node('value', line, path=words.take('path', 'the value of ' + name))
        words.end()
        return node

    # conditions: or → and → not → comparison

    def condition(self, words):
        left = self.all_of(words)
        while words.op('||'):
            left = ('||', left, self.all_of(words))
        return left

    def all_of(self, words):
        left = self.one(words)
        while words.op('&&'):
            left = ('&&', left, self.one(words))
        return left

    def one(self, words):
        if words.op('!'):
            return ('!', self.one(words))
        if words.op('('):
            inside = self.condition(words)
            if not words.op(')'):
                self.fail(') is missing')
            return inside
        left = words.take('path', 'a condition')
        for op in ('==', '!=', '<=', '>=', '<', '>'):
            if words.op(op):
                kind = words.peek()
                if kind not in ('string', 'number', 'path'):
                    self.fail('%s with what?' % op)
                if kind == 'string' and op not in ('==', '!='):
                    self.fail('texts are only compared with == and !=')
                return (op, left, (kind, words.take(kind, '')))
        return ('true', left)


# ---- writing ----

class Writer:
    def __init__(self, template, all_templates):
        self.t, self.all = template, all_templates
        self.lines = []
        self.literal = []
        self.markup = Markup()
        self.scope = ['page'] + (['v'] if template.view else [])
        self.depth = 1

    def fail(self, reason, line):
        raise Mistake(self.t.path, line, reason)

    def flush(self):
        text = ''.join(self.literal)
        self.literal = []
        # Cut long text so that no line of C is endless; never inside a character.
        for i in range(0, len(text), 400):
            self.lines.append('    ' * self.depth + 'buf_lit(out, %s);' % c_string(text[i:i + 400]))

    def code(self, line, text):
        self.flush()
        self.lines.append('#line %d "%s"' % (line, self.t.path))
        self.lines.append('    ' * self.depth + text)

    def put(self, place, value, line):
        self.code(line, PUT[place].replace('%s', value))

    def path(self, path, line):
        """v.card.name → v->card.name; the element of a list is the thing itself."""
        root = re.match(r'\w+', path).group()
        rest = path[len(root):]
        if root.endswith('_i') and root[:-2] in self.scope[1:] and not rest:
            return root
        if root not in self.scope:
            if re.fullmatch(r'[A-Z][A-Z0-9_]*', path):
                return path
            self.fail('"%s" is not known here; there %s %s' % (root, 'is' if len(self.scope) == 1 else 'are',
                                                              ', '.join(self.scope)), line)
        if not rest:
            return '(*%s)' % root
        if rest.startswith('.'):
            return root + '->' + rest[1:]
        return '(*%s)%s' % (root, rest)

    def condition(self, c, line):
        op = c[0]
        if op in ('&&', '||'):
            return '(%s %s %s)' % (self.condition(c[1], line), op, self.condition(c[2], line))
        if op == '!':
            return '!' + self.condition(c[1], line)
        left = self.path(c[1], line)
        if op == 'true':
            return '_Generic((%s), HTML_TRUE)(%s)' % (left, left)
        kind, right = c[2]
        right = {'string': lambda: c_string(unquote(right)), 'number': lambda: right,
                 'path': lambda: self.path(right, line)}[kind]()
        if op in ('==', '!='):
            return '%s_Generic((%s), HTML_EQUAL)(%s, %s)' % ('!' if op == '!=' else '', left, left, right)
        return '(%s %s %s)' % (left, op, right)

    def place(self, line, what, trusted=False):
        try:
            return self.markup.place(what, trusted)
        except Refused as e:
            self.fail(str(e), line)

    def boundary(self, line):
        try:
            self.markup.boundary()
        except Refused as e:
            self.fail(str(e), line)

    def walk(self, nodes):
        for node in nodes:
            getattr(self, 'do_' + node.kind)(node)

    def do_text(self, node):
        try:
            self.literal.append(self.markup.feed(node.text, node.line))
        except Refused as e:
            reason, line = e.args
            self.fail(reason, line)

    def do_value(self, node):
        place = self.place(node.line, '{{%s}}' % node.path)
        self.put(place, self.path(node.path, node.line), node.line)

    def do_helper(self, node, place=None):
        helper = HELPERS[node.name]
        if place is None:
            place = self.place(node.line, '{{@%s}}' % node.name, trusted=node.literal is not None)
        if place not in helper:
            where = {'text': 'in text', 'attr': 'in an attribute', 'url': 'as a URL', 'url_part': 'as a part of a URL'}
            self.fail('@%s cannot stand %s' % (node.name, where[place]), node.line)
        if place == 'text' and node.name in ELEMENTS and not self.markup.at_text():
            self.fail('@%s makes an element, which cannot stand inside <%s>' % (node.name, self.markup.stack[-1][0]), node.line)
        args = ['out', 'page']
        if node.literal is not None:
            args.append(c_string(node.literal))
        elif node.arg:
            args.append(self.path(node.arg, node.line))
        self.code(node.line, '%s(%s);' % (helper[place], ', '.join(args)))

    def do_message(self, node):
        names = sorted(set(node.args) | set(node.parts or ()))
        wanted = sorted(set(holes(node.text)) | set(holes(node.many or '')))
        for name in wanted:
            if name not in names:
                self.fail('the hole {%s} is not filled' % name, node.line)
        for name in names:
            if name not in wanted and not (name == 'n' and node.many):
                self.fail('the sentence has no hole {%s}' % name, node.line)
        names = wanted
        place = self.place(node.line, 'a sentence', trusted=not names)
        if place not in PUT_N:
            self.fail('a sentence as a URL', node.line)
        if node.parts is not None and not self.markup.at_text():
            self.fail('{{#_}} fills holes with elements; an attribute has room for text only', node.line)
        number = constant(node.text)
        if node.many is not None:
            number += ' + (%s != 1)' % self.path(node.count, node.line)
        sentence = 'tr_at(page->locale, %s)' % number
        if not names:
            self.put(place, sentence, node.line)
            return
        self.code(node.line, '{ const char *rest_ = %s; static const char *const names_[] = {%s}; int hole_; while ('
                             '(hole_ = tr_hole(out, %s, &rest_, names_, %d)) >= 0) switch (hole_) {' %
                  (sentence, ', '.join(c_string(n) for n in names), PUT_N[place], len(names)))
        self.depth += 1
        start = self.markup.copy()
        for i, name in enumerate(names):
            self.code(node.line, 'case %d: {' % i)
            self.depth += 1
            if node.parts and name in node.parts:
                self.markup = start.copy()
                self.walk(trim(node.parts[name]))
                self.end_branch(start, node.line)
                self.markup = start
            else:
                arg = node.args[name]
                if arg.kind == 'helper':
                    self.do_helper(arg, place)
                else:
                    self.put(place, self.path(arg.path, arg.line), arg.line)
            self.flush()
            self.depth -= 1
            self.lines.append('    ' * self.depth + '} break;')
        self.depth -= 1
        self.lines.append('    ' * self.depth + '} }')

    def end_branch(self, start, line):
        """The branch must end where it began; answers the state at its end."""
        self.boundary(line)
        try:
            start.copy().join(self.markup)
        except Refused:
            self.fail('the block begins in %s and ends in %s' % (start.describe(), self.markup.describe()), line)
        return self.markup

    def do_if(self, node):
        self.boundary(node.line)
        start = self.markup
        ends = []
        for i, (way, body) in enumerate(node.ways):
            self.markup = start.copy()
            head = 'if (%s) {' % self.condition(way, node.line) if way else '{'
            self.code(node.line, ('} else ' if i else '') + head)
            self.depth += 1
            self.walk(body)
            self.flush()
            self.depth -= 1
            ends.append(self.end_branch(start, node.line))
        self.lines.append('    ' * self.depth + '}')
        if node.ways[-1][0] is not None:
            ends.append(start)  # no way may have been taken
        self.markup = ends[0].copy()
        for end in ends[1:]:
            self.markup.join(end)

    def do_each(self, node):
        self.boundary(node.line)
        start = self.markup
        if start.mode == VALUE and plain_attr(start.attr) in URL_ATTRS and start.url != URL_PART:
            self.fail('a list at the beginning of a URL', node.line)
        if node.name in self.scope:
            self.fail('"%s" is already the name of something' % node.name, node.line)
        rows = self.path(node.path, node.line)
        name = node.name
        self.code(node.line, 'for (int64_t %s_i = 0; %s_i < (int64_t)(%s_n); %s_i++) { const __typeof__(%s[0]) *const %s = &%s[%s_i];'
                  % (name, name, rows, name, rows, name, rows, name))
        self.scope.append(name)
        self.depth += 1
        self.markup = start.copy()
        self.walk(node.body)
        self.flush()
        self.depth -= 1
        self.scope.pop()
        after = start.copy()
        after.join(self.end_branch(start, node.line))
        self.lines.append('    ' * self.depth + '}')
        if node.otherwise is not None:
            self.markup = start.copy()
            self.code(node.line, 'if (!(%s_n)) {' % rows)
            self.depth += 1
            self.walk(node.otherwise)
            self.flush()
            self.depth -= 1
            after.join(self.end_branch(start, node.line))
            self.lines.append('    ' * self.depth + '}')
        self.markup = after

    def call(self, key, arg, suffix, line):
        part = self.all.get(key)
        if not part:
            self.fail('there is no template html/%s.html' % key, line)
        args = ['out', 'page']
        if part.view:
            if not arg:
                self.fail('%s needs its struct %s: {{> %s value}}' % (key, part.view, key), line)
            value = self.path(arg, line)
            if value.startswith('(*') and value.endswith(')'):
                args.append(value[2:-1])
            else:  # a struct, or a pointer to one
                args.append('_Generic((%s), struct %s: &(%s), default: (%s))' % (value, part.view, value, value))
        elif arg:
            self.fail('%s takes no view' % key, line)
        return '%s%s(%s);' % (part.name, suffix, ', '.join(args))

    def do_part(self, node):
        if not self.markup.at_text():
            self.fail('a part cannot stand in ' + self.markup.describe(), node.line)
        part = self.all.get(node.key)
        if part and (part.layout or any(n.kind == 'content' for n in part.nodes)):
            self.fail('%s is a %s, not a part' % (node.key, 'page with a layout' if part.layout else 'layout'), node.line)
        self.markup.after_block = False
        self.code(node.line, self.call(node.key, node.arg, '', node.line))

    def do_content(self, node):
        if not self.markup.at_text():
            self.fail('{{content}} cannot stand in ' + self.markup.describe(), node.line)
        self.flush()
        self.lines += ['}', '', self.signature('_foot') + ' {']

    def signature(self, suffix=''):
        view = ', const struct %s *v' % self.t.view if self.t.view else ''
        return 'void %s%s(struct buf *out, const struct page *page%s)' % (self.t.name, suffix, view)

    def write(self):
        """(prototypes, definitions)"""
        t = self.t
        contents = sum(n.kind == 'content' for n in t.nodes)
        if contents > 1:
            self.fail('a second {{content}}', [n.line for n in t.nodes if n.kind == 'content'][1])
        if contents and t.layout:
            self.fail('a layout inside a layout', 1)
        suffixes = ['_head', '_foot'] if contents else ['']
        self.lines.append(self.signature(suffixes[0]) + ' {')
        if t.layout:
            shell = self.all.get(t.layout)
            if shell and not any(n.kind == 'content' for n in shell.nodes):
                self.fail('%s has no {{content}}, so it is no layout' % t.layout, 2)
            head = self.call(t.layout, t.layout_arg, '_head', 2)
            self.code(2, 'if (page->fragment) html_fragment(out, page); else ' + head)
        self.walk(trim(t.nodes))
        try:
            self.markup.finish()
        except Refused as e:
            reason, line = e.args
            self.fail(reason, line)
        self.flush()
        if t.layout:
            self.code(2, 'if (!page->fragment) ' + self.call(t.layout, t.layout_arg, '_foot', 2))
        self.lines += ['}', '']
        return [self.signature(s) + ';' for s in suffixes], self.lines


def trim(nodes):
    """Without the white space around."""
    nodes = list(nodes)
    if nodes and nodes[0].kind == 'text':
        text = nodes[0].text.lstrip()
        skipped = nodes[0].text[:len(nodes[0].text) - len(text)]
        nodes[0] = Node('text', nodes[0].line + skipped.count('\n'), text=text)
    if nodes and nodes[-1].kind == 'text':
        nodes[-1] = Node('text', nodes[-1].line, text=nodes[-1].text.rstrip())
    return nodes


# ---- the whole ----

def find(root):
    found = []
    for folder, folders, files in os.walk(os.path.join(root, 'html')):
        folders.sort()
        found += [os.path.relpath(os.path.join(folder, f), root) for f in sorted(files) if f.endswith('.html')]
    return sorted(found)


def load(root):
    """Every template that can be read, by its key, and the mistakes of the others."""
    templates, mistakes = {}, []
    for path in find(root):
        try:
            t = Template(root, path)
            templates[t.key] = t
        except Mistake as e:
            mistakes.append(str(e))
    return templates, mistakes


def messages(template):
    """(line, msgid, plural or None) of each sentence, for the catalogue."""
    def walk(nodes):
        for node in nodes:
            if node.kind == 'message':
                yield node.line, node.text, node.many
                for part in (node.parts or {}).values():
                    yield from walk(part)
            elif node.kind == 'if':
                for _, body in node.ways:
                    yield from walk(body)
            elif node.kind == 'each':
                yield from walk(node.body)
                yield from walk(node.otherwise or [])
    return walk(template.nodes)


def compile_all(root):
    """(C, header, mistakes)"""
    templates, mistakes = load(root)
    prototypes, body = [], []
    for key in sorted(templates):
        try:
            declared, lines = Writer(templates[key], templates).write()
            prototypes += declared
            body += lines
        except Mistake as e:
            mistakes.append(str(e))
    headers = sorted({t.header for t in templates.values() if t.header})
    note = '/* Made by tools/templates.py from html/; docs/templates.md. */\n'
    h = note + '#ifndef KEPT_HTML_GEN_H\n#define KEPT_HTML_GEN_H\n\n#include "web/html.h"\n'
    h += ''.join('#include "%s"\n' % header for header in headers)
    h += '\n' + '\n'.join(prototypes) + '\n\n#endif\n'
    c = note + '#include "html_gen.h"\n\n#include "catalogue_gen.h"\n\n'
    c += '#pragma GCC diagnostic error "-Wint-conversion"\n#pragma GCC diagnostic error "-Wincompatible-pointer-types"\n\n'
    c += '\n'.join(body) + '\n'
    return c, h, mistakes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--root', required=True)
    parser.add_argument('--c', required=True)
    parser.add_argument('--h', required=True)
    options = parser.parse_args()
    c, h, mistakes = compile_all(options.root)
    if mistakes:
        sys.exit('\n'.join(mistakes))
    write_if_changed(options.c, c)
    write_if_changed(options.h, h)


if __name__ == '__main__':
    main()
