"""The template compiler, the catalogue and the other build tools, on small projects made for each test.
    python3 test/test_tools.py SOURCE_DIR
"""
import os
import shlex
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(sys.argv.pop(1) if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]) else
                       os.path.join(os.path.dirname(__file__), '..'))
TOOLS = os.path.join(ROOT, 'tools')
sys.path.insert(0, TOOLS)

import catalogue  # noqa: E402
import markup  # noqa: E402
import templates  # noqa: E402


class Project:
    """A folder with html/ and whatever else a test writes."""
    folders = []  # removed when the tests have ended

    def __init__(self, files):
        self.folders.append(tempfile.TemporaryDirectory())
        self.root = self.folders[-1].name
        for path, text in files.items():
            full = os.path.join(self.root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, 'w', encoding='utf-8') as f:
                f.write(text)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding='utf-8') as f:
            return f.read()


def mistakes_of(body, view='{{view struct x "x.h"}}\n', **more):
    files = {'html/t.html': view + body}
    files.update(more)
    return templates.compile_all(Project(files).root)[2]


class Refusals(unittest.TestCase):
    """What must not compile, with the line, beside what must."""
    refused = [
        ('a value in an unquoted attribute', '<p title={{v.a}}></p>', 2, 'without quotes'),
        ('after the beginning of an unquoted value', '<p title=x{{v.a}}></p>', 2, 'without quotes'),
        ('inside script', '<script>\nvar x = {{v.a}};</script>', 2, 'inline <script>'),
        ('alone inside script', '<script>{{v.a}}</script>', 2, 'inside <script>'),
        ('inside style', '<style>{{v.a}}</style>', 2, 'inside <style>'),
        ('literal script', '<p></p>\n<script>alert(1)</script>', 3, 'inline <script>'),
        ('an attribute name', '<p {{v.a}}></p>', 2, 'attribute name'),
        ('a part of an attribute name', '<p data-{{v.a}}="x"></p>', 2, 'attribute name'),
        ('a tag name', '<{{v.a}}></p>', 2, 'tag or attribute name'),
        ('onclick', '<p onclick="x()"></p>', 2, 'inline code'),
        ('ONCLICK with a value', '<p ONCLICK="{{v.a}}"></p>', 2, 'inline code'),
        ('hx-on', '<p hx-on:click="x()"></p>', 2, 'inline code'),
        ('data-hx-on', '<p data-hx-on:click="x()"></p>', 2, 'inline code'),
        ('style attribute', '<p style="color:{{v.a}}"></p>', 2, 'style'),
        ('a comment', '<!-- {{v.a}} -->', 2, 'comment'),
        ('javascript:', '<a href="javascript:alert(1)">x</a>', 2, 'code in'),
        ('JavaScript: with space', '<a href=" Java\tScript:alert(1)">x</a>', 2, 'code in'),
        ('data:', '<a href="data:text/html,x">x</a>', 2, 'scheme'),
        ('a value before the colon', '<a href="{{v.a}}:x">x</a>', 2, 'comes / ? #'),
        ('a value that ends the scheme', '<a href="java{{v.a}}:x">x</a>', 2, 'scheme'),
        ('js: in htmx', '<p hx-vals="js:x()"></p>', 2, 'code in'),
        ('values in hx-vals', '<p hx-vals=\'{"a": "{{v.a}}"}\'></p>', 2, 'hx-vals'),
        ('values in hx-trigger', '<p hx-trigger="{{v.a}}"></p>', 2, 'hx-trigger'),
        ('a filter in hx-trigger', '<p hx-trigger="click[ctrlKey]"></p>', 2, 'hx-trigger'),
        ('a value in hx-confirm', '<p hx-confirm="{{v.a}}"></p>', 2, 'hx-confirm'),
        ('a hole in hx-confirm', '<p hx-confirm="{{_ "{a} goes" a=v.a}}"></p>', 2, 'hx-confirm'),
        ('a value as the source of a script', '<script src="{{v.a}}"></script>', 2, 'address of <script>'),
        ('srcdoc', '<iframe srcdoc="{{v.a}}"></iframe>', 2, 'srcdoc'),
        ('srcset', '<img srcset="{{v.a}}">', 2, 'srcset'),
        ('base', '<base href="/x">', 2, 'base'),
        ('meta refresh', '<meta http-equiv="refresh" content="{{v.a}}">', 2, 'http-equiv'),
        ('a bare <', 'a < b', 2, 'bare'),
        ('an unclosed element', '\n<div>\n<p></p>', 3, 'not closed'),
        ('crossed elements', '<div><p>\n</div></p>', 3, 'while <p> of line 2 is open'),
        ('an end without a beginning', '</div>', 2, 'closes nothing'),
        ('an if that opens an element', '{{#if v.a}}<div>{{/if}}</div>', 2, 'begins in text and ends in'),
        ('an if that leaves a quote open', '<p {{#if v.a}}title="{{/if}}"></p>', 2, 'begins in'),
        ('an if that ends a quote', '<p title="{{#if v.a}}"{{/if}}></p>', 2, 'begins in'),
        ('an else that ends elsewhere', '{{#if v.a}}<b>x</b>{{else}}<b>{{/if}}', 2, 'begins in'),
        ('an each that opens an element', '<ul>{{#each v.r as r}}<li>{{/each}}</ul>', 2, 'begins in'),
        ('names that would run together', '<p{{#if v.a}} hidden{{/if}}class="x"></p>', 2, 'space is needed'),
        ('a URL that may begin or go on', '<a href="{{#if v.a}}/x/{{/if}}{{v.b}}">x</a>', 2, 'each branch'),
        ('a list at the beginning of a URL', '<a href="{{#each v.r as r}}{{r}}{{/each}}">x</a>', 2, 'beginning of a URL'),
        ('an attribute twice', '<p class="a" class="b"></p>', 2, 'twice'),
        ('an element inside title', '<title><b>x</b></title>', 2, 'inside <title>'),
        ('a helper that makes an element in title', '<title>{{@ago v.a}}</title>', 2, 'cannot stand inside <title>'),
        ('an element where an attribute is', '<p title="{{@raw_fragment v.a}}"></p>', 2, 'cannot stand'),
        ('a part inside an attribute', '<p title="{{> t v}}"></p>', 2, 'part cannot stand'),
        ('an unknown root', '\n\n{{row.a}}', 4, 'not known here'),
        ('a loop variable outside its loop', '{{#each v.r as r}}{{r}}{{/each}}{{r}}', 2, 'not known here'),
        ('a name used twice', '{{#each v.r as r}}{{#each r.r as r}}{{/each}}{{/each}}', 2, 'already'),
        ('an unknown helper', '{{@agoo v.a}}', 2, 'no helper'),
        ('an unknown part', '{{> agent/nothing v}}', 2, 'no template'),
        ('a block not closed', '<p></p>\n{{#if v.a}}\n', 3, 'not closed'),
        ('blocks crossed', '{{#if v.a}}{{#each v.r as r}}{{/if}}{{/each}}', 2, 'while {{#each}}'),
        ('else after else', '{{#if v.a}}{{else}}{{else}}{{/if}}', 2, 'after {{else}}'),
        ('{{ without }}', 'x\n{{v.a\n', 3, 'without }}'),
        ('a hole that nothing fills', '{{_ "By {who}"}}', 2, '{who} is not filled'),
        ('a value without a hole', '{{_ "By" who=v.a}}', 2, 'no hole {who}'),
        ('an asset by value', '<script src="{{@asset v.a}}"></script>', 2, 'in quotes'),
        ('an asset in text', '{{@asset "kept.css"}}', 2, 'cannot stand in text'),
        ('what is nothing', '{{v.a ?}}', 2, 'what is'),
        ('self-closing div', '<div/>', 2, 'does not close itself'),
    ]
    accepted = [
        '<p title="{{v.a}}">{{v.a}}</p>',
        "<p title='{{v.a}}'></p>",
        '<input type=text{{#if v.a}} disabled{{/if}}>',
        '<option {{#if v.a}}selected{{/if}} value="{{v.b}}">x</option>',
        '<p class="a{{#if v.a}} b{{else if v.b == 3}} c{{/if}}"></p>',
        '<a href="/c/{{v.a}}?q={{v.b}}#{{v.c}}">x</a>',
        '<a href="{{#if v.a}}/x{{else}}{{v.b}}{{/if}}">x</a>',
        '<a href="{{page.origin}}/c/{{v.a}}">x</a>',
        '<a href="mailto:{{v.a}}">x</a>',
        '<a href="otpauth://totp/{{v.a}}?secret={{v.b}}">x</a>',
        '<script src="{{@asset "agent.js"}}" defer></script>',
        '<div hx-get="/x/{{v.a}}" hx-trigger="load" hx-target="#m-{{v.a}}" hx-confirm="{{_ "Sure?"}}"></div>',
        '<svg viewBox="0 0 1 1"><path d="M0 0"/><linearGradient id="a"/></svg>',
        '<title>{{v.a}} &amp; more</title>',
        '<textarea>\n {{v.a}}\n</textarea>',
        '<br><img src="/x" alt=""><hr/>',
        '<!-- gone -->x',
        '<style></style>',
        '{{! nothing {{here}}',
    ]

    def test_refused(self):
        for what, body, line, reason in self.refused:
            with self.subTest(what):
                found = mistakes_of(body)
                self.assertEqual(len(found), 1, body)
                self.assertTrue(found[0].startswith('html/t.html:%d: ' % line), found[0])
                self.assertIn(reason, found[0])

    def test_accepted(self):
        for body in self.accepted:
            with self.subTest(body):
                self.assertEqual(mistakes_of(body), [])

    def test_first_line(self):
        self.assertIn('first line', mistakes_of('<p></p>', view='')[0])
        self.assertIn('first line', mistakes_of('x', view='<p>{{view none}}')[0])
        self.assertEqual(mistakes_of('<p></p>', view='{{view none}}\n'), [])

    def test_layouts(self):
        shell = '{{view none}}\n<body>{{content}}</body>'
        page = {'html/shell.html': shell}
        self.assertEqual(mistakes_of('{{layout shell}}\n<p></p>', **page), [])
        self.assertIn('no {{content}}', mistakes_of('{{layout shell}}\n<p></p>', **{'html/shell.html': '{{view none}}\nx'})[0])
        self.assertIn('cannot depend', mistakes_of('{{#if v.a}}{{content}}{{/if}}')[0])
        self.assertIn('is a layout', mistakes_of('{{> shell}}', **page)[0])
        self.assertIn('second {{content}}', mistakes_of('{{content}}{{content}}')[0])


VIEWS = r'''
#include "web/html.h"
#include <stddef.h>
#include <stdint.h>
enum mood { MOOD_CALM, MOOD_LATE };
struct tag { const char *name; };
struct row { const char *subject, *kind; char initials[4]; int count; bool unread; int64_t at; struct tag tags[2]; int tags_n; };
struct sample_view {
    const char *title, *url, *note, *none; uint16_t port; double share; enum mood mood; bool open; int64_t at;
    const struct row *rows; size_t rows_n; const char *const *words; int words_n; struct safe_html body;
    struct row one; const struct row *other;
};
'''
MAIN = r'''
#include "html_gen.h"
#include "web/asset.h"
#include <stdio.h>
const struct asset assets[] = {{"/assets/kept.1.css", "kept.css", "text/css", {0}, {0}}};
const size_t assets_n = 1;
int main(int argc, char **argv) {
    struct page page = {.lang = argv[1], .locale = locale_of(argv[1]), .zone = "Asia/Ho_Chi_Minh", .now = 1773642600000,
                        .title = "T", .csrf = "tok\"en", .origin = "https://x.example", .fragment = argc > 2};
    struct row rows[] = {{"A & B", "mail", "AB", 1, true, 1773642600000 - 300000, {{"x"}, {"y"}}, 2}, {"<b>", "note", "C", 3, false, 0, {{0}}, 0}};
    const char *words[] = {"one", "<two>"};
    struct sample_view v = {.title = "\"><script>alert(1)</script>", .url = "javascript:alert(1)", .note = "'", .port = 65535,
        .share = 0.5, .mood = MOOD_LATE, .open = true, .at = 1773642600000, .rows = rows, .rows_n = 2, .words = words, .words_n = 2,
        .body = {"<p>safe</p>"}, .one = rows[0], .other = &rows[1]};
    struct buf out = {0};
    html_sample(&out, &page, &v);
    fwrite(out.at, 1, out.len, stdout);
    buf_free(&out);
}
'''
SAMPLE_FLAGS = ['-std=gnu2x', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Wshadow', '-Werror', '-Wno-unused-parameter',
                '-Wno-missing-field-initializers']
BASE = ['buf', 'locale', 'log', 'tr', 'say', 'wall']


def build(project, main=MAIN):
    """Compiles the project's templates with the runtime; answers gcc's words, '' when all is well."""
    c, h, mistakes = templates.compile_all(project.root)
    if mistakes:
        return '\n'.join(mistakes)
    at = lambda name: os.path.join(project.root, name)
    for name, text in (('html_gen.c', c), ('html_gen.h', h), ('main.c', main)):
        with open(at(name), 'w', encoding='utf-8') as f:
            f.write(text)
    found, wrong = catalogue.collect(project.root)
    catalogue.compile_all(project.root, found, at('catalogue_gen.c'), at('catalogue_gen.h'), None)
    sources = [at('html_gen.c'), at('main.c'), at('catalogue_gen.c')]
    sources += [os.path.join(ROOT, 'src', p) for p in ['base/%s.c' % b for b in BASE] + ['web/html.c', 'web/asset.c']]
    icu = shlex.split(subprocess.run(['pkg-config', '--libs', 'icu-uc', 'icu-i18n'], capture_output=True, text=True).stdout)
    command = shlex.split(os.environ.get('CC', 'cc')) + SAMPLE_FLAGS + ['-I', project.root, '-I', os.path.join(ROOT, 'src'),
                                                                      '-o', at('sample')] + sources + ['-lpthread'] + icu
    return subprocess.run(command, capture_output=True, text=True, env=dict(os.environ, LC_ALL='C')).stderr


def run(project, *args):
    return subprocess.run([os.path.join(project.root, 'sample'), *args], capture_output=True, text=True, check=True).stdout


class Output(unittest.TestCase):
    maxDiff = None

    def sample(self, body, lang='en', args=(), **files):
        project = Project({'html/sample.html': '{{view struct sample_view "views.h"}}\n' + body, 'views.h': VIEWS, **files})
        self.assertEqual(build(project), '')
        return run(project, lang, *args)

    def test_places(self):
        body = '''
<h1 title="{{v.title}}">{{v.title}}</h1>
<p data-x='{{v.note}}'>{{v.none}}{{v.port}} {{v.share}} {{v.open}}</p>
<a href="{{v.url}}">1</a>
<a href="/c/{{v.title}}?u={{v.url}}">2</a>
<textarea>
  {{v.title}}
</textarea>
{{@raw_fragment v.body}}
{{@csrf}}
<link rel="stylesheet" href="{{@asset "kept.css"}}">
<link rel="stylesheet" href="{{@asset "gone.css"}}">
{{@icon v.title}}
'''
        self.assertEqual(self.sample(body), '<h1 title="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">"&gt;&lt;script&gt;alert(1)'
            '&lt;/script&gt;</h1><p data-x=\'&#39;\'>65535 0.5 true</p><a href="#">1</a>\n'
            '<a href="/c/%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E?u=javascript%3Aalert%281%29">2</a>\n'
            '<textarea>\n  "&gt;&lt;script&gt;alert(1)&lt;/script&gt;\n</textarea>\n<p>safe</p>\n'
            '<input type="hidden" name="csrf" value="tok&#34;en"><link rel="stylesheet" href="/assets/kept.1.css">'
            '<link rel="stylesheet" href="/assets/missing">'
            '<svg class="icon" aria-hidden="true"><use href="/assets/missing#%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E"></use></svg>')

    def test_flow(self):
        body = '''
<ul>
  {{#each v.rows as row}}
    <li{{#if row.unread}} class="unread"{{/if}} data-n="{{row_i}}">
      {{row.subject}}{{! silent }}
      {{#if row.kind == "note"}}(note){{else if row.count != 1 || !row.unread}}(x){{else}}({{row.initials}}){{/if}}
      {{#each row.tags as tag}}[{{tag.name}}]{{else}}no tags{{/each}}
    </li>
  {{/each}}
</ul>
{{#each v.words as word}}{{#if word_i}}, {{/if}}{{word}}{{/each}}
{{#if v.mood == MOOD_LATE && v.rows_n > 1}}late{{/if}}{{#if v.none}}none{{/if}}{{#if v.other}}, {{v.other->subject}}{{/if}}
{{#if v.body}}body{{/if}} {{#if v.share}}share{{/if}} {{#if !(v.open && v.none)}}not{{/if}}
<p>{{> part/row v.one}}{{> part/row v.other}}{{#each v.rows as r}}{{> part/row r}}{{/each}}{{> part/plain}}</p>
'''
        self.assertEqual(self.sample(body, **{'html/part/row.html': '{{view struct row "views.h"}}\n<b>{{v.initials}}</b>\n',
                                             'html/part/plain.html': '{{view none}}\n{{page.origin}}'}),
            '<ul><li class="unread" data-n="0">A &amp; B\n(AB)\n[x][y]</li><li data-n="1">&lt;b&gt;\n(note)\nno tags</li></ul>'
            'one, &lt;two&gt;\nlate, &lt;b&gt;\nbody share not<p><b>AB</b><b>C</b><b>AB</b><b>C</b>https://x.example</p>')

    def test_layout_and_fragment(self):
        files = {'html/shell.html': '{{view struct row "views.h"}}\n<!DOCTYPE html>\n<html lang="{{page.lang}}">\n<title>{{page.title}}'
                                    '</title>\n<body><nav>{{v.initials}}</nav>\n{{content}}\n</body></html>\n'}
        body = '{{layout shell v.one}}\n<p>{{v.port}}</p>\n'
        self.assertEqual(self.sample(body, **files), '<!DOCTYPE html><html lang="en"><title>T</title><body><nav>AB</nav>'
                                                    '<p>65535</p></body></html>')
        self.assertEqual(self.sample(body, args=('fragment',), **files), '<title>T</title><p>65535</p>')

    PO = ('msgid ""\nmsgstr "Language: vi\\n"\n\nmsgid "By {who}, {when}"\nmsgstr "{when} & do {who}"\n\n'
          'msgid "status|Open"\nmsgstr "Đang mở"\n\nmsgid "{n} message"\nmsgid_plural "{n} messages"\nmsgstr[0] "{n} tin nhắn"\n\n'
          'msgid "I read {terms}"\nmsgstr "Tôi đã đọc {terms}"\n\nmsgid "Lost {who}"\nmsgstr "Mất rồi"\n')
    SENTENCES = '''<p title="{{_ "By {who}, {when}" who=v.title when=@date v.at}}">{{_ "By {who}, {when}" who=v.note when=@time v.at}}
{{_ "status|Open"}} {{_n v.one.count "{n} message" "{n} messages"}} {{_n v.port "{n} message" "{n} messages"}}</p>
<p>{{#_ "I read {terms}"}}{{:terms}}<a href="/terms">{{_ "the terms"}}</a>{{/_}} {{_ "Lost {who}" who=v.note}}</p>'''

    def test_sentences(self):
        time = '<time datetime="2026-03-16T06:30:00Z" title="%s">%s</time>'
        self.assertEqual(self.sample(self.SENTENCES), '<p title="By &#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;, Mon 16 Mar">By \', '
            + time % ('Monday 16 March 2026, 13:30', '13:30') + '\nOpen 1 message 65535 messages</p>'
            '<p>I read <a href="/terms">the terms</a> Lost \'</p>')
        # the order is the translator's; what has no translation, or one that lost its hole, is English
        self.assertEqual(self.sample(self.SENTENCES, 'vi', **{'lang/vi.po': self.PO}),
            '<p title="thứ Hai 16/3/2026 &amp; do &#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">'
            + time % ('13:30, thứ Hai, ngày 16 tháng 3 năm 2026', '13:30') + ' &amp; do \'\nĐang mở 1 tin nhắn 65535 tin nhắn</p>'
            '<p>Tôi đã đọc <a href="/terms">the terms</a> Lost \'</p>')


class CompilerErrors(unittest.TestCase):
    """What only the C compiler can see is reported at the template's line."""
    rows = [
        ('\n\n{{v.titel}}', 4, 'titel'),
        ('\n{{v.one}}', 3, ''),
        ('{{v.body}}', 2, ''),
        ('<a href="{{v.port}}">x</a>', 2, ''),
        ('<p>\n{{> part v.title}}</p>', 3, ''),
        ('{{@ago v.title}}', 2, ''),
        ('{{@raw_fragment v.title}}', 2, ''),
        ('\n{{#if v.title == 3}}x{{/if}}', 3, ''),
        ('\n{{#if v.port == "x"}}x{{/if}}', 3, ''),
        ('{{#each v.title as t}}{{/each}}', 2, 'title_n'),
        ('\n{{v.other.subject}}', 3, '->'),
    ]

    def test_rows(self):
        for body, line, word in self.rows:
            with self.subTest(body):
                project = Project({'html/sample.html': '{{view struct sample_view "views.h"}}\n' + body, 'views.h': VIEWS,
                                   'html/part.html': '{{view struct row "views.h"}}\n{{v.subject}}'})
                said = build(project)
                self.assertRegex(said, r'html/sample\.html:%d:\d+: error' % line)
                self.assertIn(word, said)


class Catalogue(unittest.TestCase):
    HTML = '{{view none}}\n<p>{{_ "Hello {name}" name=page.title}} {{_n page.now "{n} day" "{n} days"}}</p>'
    C = 'char *f(int l) { /* tr(l, "not this") */ return tr(l, "From C " "in two parts"); }\nconst char *t = N_("In a table // so");\n' \
        'void g(void) { tr_n(rq_lang(r), n, "{n} case", "{n} cases"); other_tr(1, "nor this"); }\n' \
        'void h(void) { tr(locale_of(rq_lang(rq)), "In a call, of a call"); tr(f(g(")", \'"\')), "After \\"signs\\""); tr(l, said); }\n'
    JS = '// t("nor here")\nimport {t} from "./t.js";\nbutton.textContent = t("Send");\nlist.set("no"); tn(n, "one", \'many\');\n'

    def project(self, **files):
        return Project({'html/t.html': self.HTML, 'src/web/x.c': self.C, 'static/js/x.js': self.JS, **files})

    def entry(self, msgid, text, plural=None):
        return 'msgid "%s"\n' % msgid + ('msgid_plural "%s"\nmsgstr[0] "%s"\n\n' % (plural, text) if plural else 'msgstr "%s"\n\n' % text)

    def test_finds_all(self):
        found, mistakes = catalogue.collect(self.project().root)
        self.assertEqual(mistakes, [])
        self.assertEqual(sorted((m.msgid, m.plural, m.script) for m in found.values()), [
            ('After "signs"', None, False), ('From C in two parts', None, False), ('Hello {name}', None, False),
            ('In a call, of a call', None, False), ('In a table // so', None, False),
            ('Send', None, True), ('one', 'many', True), ('{n} case', '{n} cases', False), ('{n} day', '{n} days', False)])

    def test_names_a_sentence_it_cannot_see(self):
        chosen = self.project(**{'src/web/y.c': 'void f(void) { tr(l, n ? "one" : "two"); }\n'})
        self.assertEqual(catalogue.collect(chosen.root)[1],
                         ['src/web/y.c:1: choose between sentences outside of tr(): inside none is found'])
        outside = self.project(**{'src/web/y.c': 'void f(void) { n ? tr(l, "one") : tr(l, "two"); }\n'})
        self.assertEqual(catalogue.collect(outside.root)[1], [])

    def check(self, project):
        return subprocess.run([sys.executable, os.path.join(TOOLS, 'catalogue.py'), '--root', project.root, '--check'],
                              capture_output=True, text=True)

    def test_update_then_check(self):
        project = self.project(**{'lang/th.po': self.entry('Send', 'ส่ง') + self.entry('Old', 'เก่า')})
        self.assertIn('lang/vi.po: missing: "Hello {name}" (html/t.html:2)', self.check(project).stderr)
        self.assertIn('stale, no source says "Old"', self.check(project).stderr)
        catalogue.update(project.root, catalogue.collect(project.root)[0])
        text = project.read('lang/th.po')
        self.assertIn('msgid "Send"\nmsgstr "ส่ง"\n', text)
        self.assertNotIn('Old', text)
        self.assertIn('msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] ""\n', text)
        self.assertEqual(self.check(project).stderr.count('missing'), 8 + 9 * 3)
        # filled in, it passes; and updating a second time changes nothing
        for lang in catalogue.LOCALES[1:]:
            path = os.path.join(project.root, 'lang', lang + '.po')
            header, entries = catalogue.read_po(path)
            for e in entries.values():
                e.texts[0] = 'X ' + ' '.join('{%s}' % h for h in catalogue.holes(e.msgid)) if '{' in e.msgid else 'X'
            catalogue.write_po(path, lang, header, entries)
        before = project.read('lang/vi.po')
        self.assertEqual(self.check(project).returncode, 0, self.check(project).stderr)
        catalogue.update(project.root, catalogue.collect(project.root)[0])
        self.assertEqual(project.read('lang/vi.po'), before)
        # each kind of damage is named
        for old, new, said in [('{name}', '{nom}', 'other holes'), ('msgid "Send"\n', '#, fuzzy\nmsgid "Send"\n', 'fuzzy'),
                               ('msgid "Send"\nmsgstr "X"', 'msgid "Send"\nmsgstr " X"', 'white space')]:
            damaged = before.replace(old, new) if said != 'other holes' else before.replace('msgstr "X {name}"', 'msgstr "X {nom}"')
            with open(os.path.join(project.root, 'lang/vi.po'), 'w') as f:
                f.write(damaged)
            self.assertIn(said, self.check(project).stderr)
            self.assertEqual(self.check(project).returncode, 1)

    def test_msgfmt_reads_what_is_written(self):
        project = self.project()
        catalogue.update(project.root, catalogue.collect(project.root)[0])
        path = os.path.join(project.root, 'lang/vi.po')
        try:
            done = subprocess.run(['msgfmt', '--check-format', '-o', '/dev/null', path], capture_output=True, text=True)
        except FileNotFoundError:
            self.skipTest('msgfmt (gettext) is not installed')
        self.assertEqual(done.returncode, 0, done.stderr)


class OtherTools(unittest.TestCase):
    def tool(self, name, *args):
        return subprocess.run([sys.executable, os.path.join(TOOLS, name), *args], capture_output=True, text=True)

    def test_migrations(self):
        project = Project({'sql/0001_start.sql': 'CREATE TABLE a (b TEXT);\n-- "quoted" \\ é\n', 'sql/0002_more.sql': 'x'})
        out = os.path.join(project.root, 'm.c')
        self.assertEqual(self.tool('migrations.py', '--root', project.root, '--c', out).returncode, 0)
        self.assertIn('{1, "start",', project.read('m.c'))
        for name, said in (('0004_gap.sql', '0003 is missing'), ('0002_twice.sql', 'is taken'), ('x.sql', 'is called')):
            project = Project({'sql/0001_a.sql': '', 'sql/0002_b.sql': '', 'sql/' + name: ''})
            done = self.tool('migrations.py', '--root', project.root, '--c', out)
            self.assertEqual(done.returncode, 1)
            self.assertIn(said, done.stderr)

    def test_layers(self):
        good = {'src/base/a.h': '', 'src/store/s.c': '#include "base/a.h"\n#include <sqlite3.h>\n', 'src/text/t.h': '',
                'src/store/s.h': '', 'src/desk/d.h': '#include "store/s.h"\n#include "text/t.h"\n', 'src/channel/c.c': '#include "desk/d.h"\n',
                'src/web/w.c': '#include "desk/d.h"\n#include <microhttpd.h>\n', 'src/web/w.h': '', 'src/channel/c.h': '',
                'src/main.c': '#include "web/w.h"\n#include "channel/c.h"\n'}
        self.assertEqual(self.tool('layers.py', '--root', Project(good).root).returncode, 0)
        for path, line in [('src/base/x.c', '"store/s.h"'), ('src/store/x.c', '"text/t.h"'), ('src/text/x.c', '"store/s.h"'),
                           ('src/desk/x.c', '"web/w.h"'), ('src/desk/x.c', '"channel/c.h"'), ('src/channel/x.c', '"web/w.h"'),
                           ('src/web/x.c', '"channel/c.h"'), ('src/desk/x.c', '<sqlite3.h>'), ('src/desk/x.c', '<microhttpd.h>'),
                           ('src/web/x.c', '"../desk/d.h"'), ('src/web/x.c', '"w.h"'), ('src/attic/x.c', '"base/a.h"')]:
            done = self.tool('layers.py', '--root', Project({**good, path: '\n#include %s\n' % line}).root)
            self.assertEqual(done.returncode, 1, (path, line))
            self.assertIn(path + ':2: ', done.stderr)

    def test_where(self):
        files = {'src/desk/p.c': 'bool promise_judge(int now) { return 1; }\n', 'docs/where.md': 'Is it broken? `promise_judge`; `rc.h`\n'}
        self.assertEqual(self.tool('where.py', '--root', Project(files).root).returncode, 0)
        files['docs/where.md'] += 'Why? `routing_choose`\n'
        done = self.tool('where.py', '--root', Project(files).root)
        self.assertEqual(done.returncode, 1)
        self.assertIn('docs/where.md:2: ', done.stderr)

    def test_assets(self):
        project = Project({'static/icons.svg': '<svg>' + 'x' * 500 + '</svg>', 'static/a.png': 'png', 'also/strings.vi.js': 'x'})
        make = lambda: self.tool('assets.py', '--root', project.root, '--build', project.root + '/b', '--c', project.root + '/a.c',
                                 '--also', project.root + '/also')
        self.assertEqual(make().returncode, 0)
        first = project.read('a.c')
        self.assertRegex(first, r'\{"/assets/icons\.[0-9a-f]{10}\.svg", "icons\.svg", "image/svg\+xml", \{asset_1_plain, 511\}, \{asset_1_gzip, \d+\}\}')
        self.assertRegex(first, r'"a\.png", "image/png", \{asset_0_plain, 3\}, \{0, 0\}\}')
        with open(project.root + '/static/icons.svg', 'a') as f:
            f.write('<!-- -->')
        make()
        self.assertNotEqual(first, project.read('a.c'))

    def test_bundles(self):
        modules = os.path.join(ROOT, 'node_modules')
        if not os.path.exists(os.path.join(modules, '.bin/esbuild')):
            self.skipTest('esbuild is not installed (npm ci)')
        project = Project({'static/kept.css': '@import "more.css";\n', 'static/more.css': 'a  {  color: red }\n',
                           'static/js/agent.js': 'import {f} from "./f.js";\nimport htmx from "htmx.org";\nf(htmx);\n', 'static/js/f.js': 'export const f = console.log;\n'})
        os.symlink(modules, os.path.join(project.root, 'node_modules'))
        make = lambda: self.tool('assets.py', '--root', project.root, '--build', project.root + '/b', '--c', project.root + '/a.c')
        self.assertEqual(make().stderr, '')
        self.assertEqual(project.read('b/kept.css'), 'a{color:red}\n')
        self.assertNotIn('import ', project.read('b/agent.js')[:20])
        self.assertEqual([n for n in ('more.css', 'f.js') if '"%s"' % n in project.read('a.c')], [])
        with open(project.root + '/static/more.css', 'a') as f:
            f.write('b{top:0}')
        make()
        self.assertEqual(project.read('b/kept.css'), 'a{color:red}b{top:0}\n')
        with open(project.root + '/static/js/f.js', 'w') as f:
            f.write('export const = ;')
        done = make()
        self.assertEqual(done.returncode, 1)
        self.assertIn('static/js/f.js:1', done.stderr)


if __name__ == '__main__':
    unittest.main()
