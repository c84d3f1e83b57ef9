"""Where in a page are we? A small reading of HTML that follows the literal text of a template and knows, at each
{{tag}}, what a value would become there. It is stricter than browsers: what it does not understand is refused."""
import copy
import re

VOID = set('area base br col embed hr img input link meta source track wbr'.split())
RAW = {'script', 'style'}          # their content is not HTML at all
RCDATA = {'title', 'textarea'}     # text only: entities work, tags do not
PRESERVED = {'pre', 'textarea'}    # white space is content
# White space beside these is never seen, so it is not sent.
BLOCK = set('''html head body title meta link style header footer main nav section article aside div p ul ol li dl dt
dd table thead tbody tfoot tr td th caption colgroup col form fieldset legend h1 h2 h3 h4 h5 h6 hr br blockquote figure
figcaption details summary dialog select option optgroup datalist search pre'''.split())

URL_ATTRS = set('''href src action formaction cite poster data ping background manifest xlink:href hx-get hx-post
hx-put hx-patch hx-delete hx-action hx-push-url hx-replace-url hx-ws hx-sse'''.split())
URL_SCHEMES = {'http', 'https', 'mailto', 'tel', 'otpauth'}  # written by us: what a value may begin with, html.c says
CODE_TAGS = {'script', 'iframe', 'embed', 'object'}  # what they load acts with our rights
# Literal text may stand in these, values may not: htmx looks for code or JSON in them, browsers for lists of URLs.
NO_VALUE_ATTRS = set('''hx-vals hx-vars hx-headers hx-config hx-request hx-trigger hx-live hx-bind srcset imagesrcset
srcdoc http-equiv'''.split())
NO_ATTRS = {'style': 'the page allows no inline styles: use a class, <progress>, <meter> or SVG attributes',
            'srcdoc': 'srcdoc is a whole page inside an attribute',
            'http-equiv': 'headers are set by the server'}

# Modes
TEXT, TAG_OPEN, TAG_NAME, IN_TAG, ATTR_NAME, AFTER_NAME, BEFORE_VALUE, VALUE, UNQUOTED, AFTER_VALUE, COMMENT, DECL, \
    RAWTEXT = 'text', 'tag open', 'tag name', 'tag', 'attribute name', 'after attribute name', 'before value', \
    'quoted value', 'unquoted value', 'after value', 'comment', 'declaration', 'raw text'
NAME_MODES = {TAG_NAME, ATTR_NAME, AFTER_NAME, UNQUOTED, AFTER_VALUE}

# How far the URL in an attribute is: nothing yet; a value that may have been a whole URL; a fixed beginning; cannot say
URL_START, URL_WHOLE, URL_PART, URL_MIXED = 'start', 'whole', 'part', 'mixed'
UNKNOWN = '\ufffc'


class Refused(Exception):
    pass


def plain_attr(name):
    """hx-get:inherited and data-hx-get are hx-get."""
    if name.startswith('data-hx-'):
        name = name[5:]
    return name.split(':')[0] if name.startswith('hx-') else name


class Markup:
    def __init__(self):
        self.mode = TEXT
        self.quote = ''
        self.tag = ''          # the tag being written
        self.closing = False
        self.slash = False     # "/" was the last thing in the tag
        self.attr = ''
        self.value = ''        # text of the attribute so far, UNKNOWN for each value in a URL
        self.url = URL_START
        self.stack = []        # open elements: (name, line)
        self.space_needed = False  # a block boundary stands after a name: the next name must not run into it
        self.line = 1
        self.after_block = True    # white space here would follow a block element
        self.attrs = {}

    def copy(self):
        other = copy.copy(self)
        other.stack = list(self.stack)
        other.attrs = dict(self.attrs)
        return other

    # ---- branches ----

    def boundary(self):
        """At {{#if}}, {{else}}, {{/if}} and their like: names end here."""
        if self.mode == BEFORE_VALUE:
            raise Refused('put the attribute value in quotes')
        if self.mode == TAG_OPEN or (self.mode != VALUE and self.closing and self.mode in NAME_MODES):
            raise Refused('a tag name cannot depend on a condition')
        if self.mode in NAME_MODES:
            if self.mode == ATTR_NAME:
                self.check_attr()
            if self.mode == TAG_NAME:
                self.check_tag()
            self.mode, self.space_needed = IN_TAG, True
        self.after_block = False

    def key(self):
        value = (self.attr, self.quote) if self.mode == VALUE else ()
        tag = self.tag if self.mode not in (TEXT, COMMENT, DECL) else ''
        return self.mode, value, tag, tuple(name for name, line in self.stack)

    def join(self, other):
        """After branches that both end here."""
        if self.key() != other.key():
            raise Refused('the branches end in different places of the page: one in %s, the other in %s' %
                          (self.describe(), other.describe()))
        self.space_needed |= other.space_needed
        if self.mode == VALUE and plain_attr(self.attr) in URL_ATTRS:
            settled = all(re.search('[/?#]', way.value) for way in (self, other))
            if self.url != other.url or (self.value != other.value and not settled):
                self.url = URL_MIXED
        self.value = self.value or other.value
        self.attrs.update(other.attrs)
        self.after_block &= other.after_block

    def describe(self):
        where = {TEXT: 'text', VALUE: 'the attribute "%s"' % self.attr, IN_TAG: 'the tag <%s>' % self.tag,
                 RAWTEXT: 'the element <%s>' % self.tag}.get(self.mode, 'a ' + self.mode)
        return where + (' inside <%s>' % self.stack[-1][0] if self.stack else '')

    def at_text(self):
        """Can an element stand here?"""
        return self.mode == TEXT and not (self.stack and self.stack[-1][0] in RCDATA)

    # ---- values ----

    def place(self, what='a value', trusted=False):
        """'text', 'attr', 'url' or 'url_part': what a value that is printed here must be escaped as. `trusted`: it is
        a literal or our own sentence, not data."""
        if self.mode == TEXT:
            self.after_block = False
            return 'text'
        if self.mode == RAWTEXT:
            raise Refused('%s inside <%s>: put it into a data attribute' % (what, self.tag))
        if self.mode == COMMENT:
            raise Refused('%s inside a comment' % what)
        if self.mode in (UNQUOTED, BEFORE_VALUE):
            raise Refused('%s in an attribute without quotes' % what)
        if self.mode != VALUE:
            raise Refused('%s in place of a tag or attribute name' % what)
        attr = plain_attr(self.attr)
        if attr in NO_VALUE_ATTRS:
            raise Refused('%s in the attribute %s, which is read as code or a list' % (what, self.attr))
        if attr == 'hx-confirm' and not trusted:
            raise Refused('%s in hx-confirm, which htmx may read as code: a sentence without holes is fine' % what)
        if attr not in URL_ATTRS:
            return 'attr'
        self.value += UNKNOWN
        if self.url == URL_START:
            if self.tag in CODE_TAGS and not trusted:
                raise Refused('%s as the address of <%s>: begin with a fixed path' % (what, self.tag))
            self.url = URL_WHOLE
            return 'url'
        if self.url == URL_MIXED:
            raise Refused('here the URL may begin or go on, by the condition before: write the whole URL in each branch')
        return 'url_part'

    # ---- literal text ----

    def feed(self, text, line):
        """Follows `text`; answers what of it goes into the page. Errors carry the line."""
        self.line = line
        out = []
        i = 0
        while i < len(text):
            try:
                i = getattr(self, '_' + self.mode.replace(' ', '_'))(text, i, out)
            except Refused as e:
                raise Refused(str(e), self.line) from None
        return ''.join(out)

    def _count(self, s):
        self.line += s.count('\n')

    def _text(self, text, i, out):
        match = re.compile(r'\s+|[^<\s]+|<').match(text, i)
        run = match.group()
        if run == '<':
            rest = text[i + 1:i + 4]
            if self.stack and self.stack[-1][0] in RCDATA and not text.startswith('</' + self.stack[-1][0], i):
                raise Refused('a tag inside <%s>' % self.stack[-1][0])
            if rest.startswith('!--'):
                self.mode = COMMENT
                return i + 4
            if rest.startswith('!'):
                self.mode = DECL
                out.append('<')
                return i + 1
            if rest and not re.match(r'/?[A-Za-z]', rest):
                raise Refused('a bare "<": write &lt;')
            self.mode, self.tag, self.closing, self.slash, self.attrs = TAG_OPEN, '', False, False, {}
            out.append('<')
            return i + 1
        if run.isspace():
            self._count(run)
            if not any(name in PRESERVED for name, line in self.stack):
                ahead = re.compile(r'</?([A-Za-z][A-Za-z0-9]*)').match(text, match.end())
                if '\n' in run:
                    gone = self.after_block or (ahead and ahead.group(1).lower() in BLOCK)
                    run = '' if gone else '\n'
                else:
                    run = ' '
            out.append(run)
            return match.end()
        self.after_block = False
        out.append(run)
        return match.end()

    def _comment(self, text, i, out):
        end = text.find('-->', i)
        self._count(text[i:end if end >= 0 else None])
        if end < 0:
            return len(text)
        self.mode = TEXT
        return end + 3

    def _declaration(self, text, i, out):
        end = text.find('>', i)
        if end < 0:
            raise Refused('an unfinished <!…>')
        out.append(text[i:end + 1])
        self._count(text[i:end])
        self.mode = TEXT
        return end + 1

    def _raw_text(self, text, i, out):
        end = re.compile(r'</%s\b' % self.tag, re.I).search(text, i)
        inside = text[i:end.start() if end else None]
        if inside.strip():
            raise Refused('the page allows no inline <%s>: put it into a file of static/' % self.tag)
        self._count(inside)
        if end:
            self.mode = TEXT
            return end.start()
        return len(text)

    def _tag_open(self, text, i, out):
        if text[i] == '/' and not self.closing:
            self.closing = True
            out.append('/')
            return i + 1
        if not text[i].isalpha():
            raise Refused('a bare "<": write &lt;')
        self.mode = TAG_NAME
        return i

    def _tag_name(self, text, i, out):
        match = re.compile(r'[A-Za-z0-9-]*').match(text, i)
        self.tag += match.group().lower()
        out.append(match.group().lower() if not self.foreign() else match.group())
        i = match.end()
        if i < len(text):
            if text[i] not in ' \t\n/>':
                raise Refused('"%s" in a tag name' % text[i])
            self.check_tag()
            self.mode = IN_TAG
        return i

    def check_tag(self):
        if self.tag == 'base':
            raise Refused('<base> would move every link of the page')

    def foreign(self):
        """SVG has names with capitals, and elements that close themselves."""
        return any(name in ('svg', 'math') for name, line in self.stack) or self.tag in ('svg', 'math')

    def _tag(self, text, i, out):
        char = text[i]
        if char.isspace():
            match = re.compile(r'\s+').match(text, i)
            self._count(match.group())
            self.space_needed = False
            if match.end() < len(text) and text[match.end()] == '>':
                return match.end()
            out.append(' ')
            return match.end()
        if char == '/':
            self.slash = True
            out.append('/')
            return i + 1
        if char == '>':
            out.append('>')
            self.end_tag()
            return i + 1
        if self.space_needed:
            raise Refused('a space is needed here, or "%s" runs into the name before it' % char)
        if self.closing:
            raise Refused('attributes in </%s>' % self.tag)
        if not re.match(r'[A-Za-z_:]', char):
            raise Refused('"%s" where an attribute name should begin' % char)
        self.slash = False
        self.mode, self.attr, self.value, self.url = ATTR_NAME, '', '', URL_START
        return i

    def end_tag(self):
        """At ">"."""
        self.mode = TEXT
        self.after_block = self.tag in BLOCK
        if self.closing:
            if self.tag in VOID:
                raise Refused('<%s> has no end tag' % self.tag)
            if not self.stack:
                raise Refused('</%s> closes nothing that was opened here' % self.tag)
            name, line = self.stack[-1]
            if name != self.tag:
                raise Refused('</%s> while <%s> of line %d is open' % (self.tag, name, line))
            self.stack.pop()
            return
        if self.tag in VOID:
            return
        if self.slash:
            if not self.foreign():
                raise Refused('<%s/> does not close itself in HTML: write </%s>' % (self.tag, self.tag))
            return
        self.stack.append((self.tag, self.line))
        if self.tag in RAW:
            self.mode = RAWTEXT

    def _attribute_name(self, text, i, out):
        match = re.compile(r'[^\s=>/"\'<]*').match(text, i)
        self.attr += match.group().lower()
        out.append(match.group())
        i = match.end()
        if i < len(text):
            if text[i] in '"\'<':
                raise Refused('%s in an attribute name' % text[i])
            self.check_attr()
            self.mode = AFTER_NAME
        return i

    def check_attr(self):
        attr = plain_attr(self.attr)
        if attr.startswith('on') or attr.startswith('hx-on'):
            raise Refused('%s is inline code, which the page does not allow: put it into a file of static/' % self.attr)
        if attr in NO_ATTRS:
            raise Refused('%s: %s' % (self.attr, NO_ATTRS[attr]))
        if self.attr in self.attrs:
            raise Refused('the attribute %s stands twice in <%s>' % (self.attr, self.tag))
        self.attrs[self.attr] = True

    def _after_attribute_name(self, text, i, out):
        char = text[i]
        if char == '=':
            out.append('=')
            self.mode = BEFORE_VALUE
            return i + 1
        if char.isspace() and re.compile(r'\s+=').match(text, i):
            raise Refused('a space before "="')
        self.mode = IN_TAG
        return i

    def _before_value(self, text, i, out):
        if text[i] in '"\'':
            self.quote = text[i]
            self.mode = VALUE
            out.append(text[i])
            return i + 1
        if text[i].isspace() or text[i] in '>=<`':
            raise Refused('a value is missing after "="')
        self.mode = UNQUOTED
        return i

    def _quoted_value(self, text, i, out):
        end = text.find(self.quote, i)
        part = text[i:end if end >= 0 else None]
        self._count(part)
        if part:
            self.literal_in_value(part)
            out.append(part)
        if end < 0:
            return len(text)
        out.append(self.quote)
        self.mode = AFTER_VALUE
        return end + 1

    def _unquoted_value(self, text, i, out):
        match = re.compile(r'[^\s>"\'=<`]*').match(text, i)
        self.literal_in_value(match.group())
        out.append(match.group())
        i = match.end()
        if i < len(text):
            if text[i] in '"\'=<`':
                raise Refused('%s in an attribute without quotes' % text[i])
            self.mode = IN_TAG
        return i

    def literal_in_value(self, part):
        if plain_attr(self.attr) in URL_ATTRS:
            if self.url == URL_WHOLE and part[0] not in '/?#&':
                raise Refused('after a value that may be a whole URL comes / ? # or &, not "%s"' % part[0])
            if self.url == URL_MIXED and part[0] not in '/?#&':
                raise Refused('here the URL may begin or go on, by the condition before: write the whole URL in each branch')
            if self.url != URL_START or self.value or part.strip():
                self.url = URL_PART
        self.value += part
        self.check_literal()

    def check_literal(self):
        start = re.sub(r'[\x00-\x20]', '', self.value).lower()
        attr = plain_attr(self.attr)
        if start.startswith('javascript:') or (attr.startswith('hx-') and start.startswith('js:')):
            raise Refused('code in the attribute %s, which the page does not allow' % self.attr)
        if attr in URL_ATTRS:
            scheme = re.match(r'([^:/?#]*):', start)
            if scheme and UNKNOWN in scheme.group(1):
                raise Refused('a value before ":" could be any scheme of a URL')
            if scheme and scheme.group(1) not in URL_SCHEMES:
                raise Refused('the scheme "%s:" in a URL' % scheme.group(1))
        if attr == 'hx-trigger' and '[' in start:
            raise Refused('a filter in hx-trigger is code, which the page does not allow')

    def _after_value(self, text, i, out):
        if text[i] not in ' \t\n>/':
            raise Refused('a space is needed after the quoted value')
        self.mode = IN_TAG
        return i

    def finish(self):
        if self.mode != TEXT:
            raise Refused('the template ends inside ' + self.describe(), self.line)
        if self.stack:
            raise Refused('<%s> is not closed' % self.stack[-1][0], self.stack[-1][1])
