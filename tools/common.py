"""What the build tools share: files, C strings, and the names of messages in generated C."""
import hashlib
import os
import re

CONTEXT = re.compile(r'^[a-z][a-z _-]*\|(?=.)', re.S)
HOLE = re.compile(r'\{([a-z][a-z0-9_]*)\}')


def constant(msgid):
    """MSG_waiting_since_when_1a2b3c: readable, and distinct by its hash."""
    words = re.sub(r'[^a-z0-9]+', '_', msgid.lower()).strip('_')[:24].strip('_')
    return 'MSG_%s_%s' % (words or 'x', hashlib.sha256(msgid.encode()).hexdigest()[:8])


def shown(msgid):
    """The English sentence: the msgid without its context."""
    return CONTEXT.sub('', msgid, count=1)


def holes(text):
    return sorted(set(HOLE.findall(text)))


def c_string(text):
    """A C string literal. Octal escapes of three digits, because they end by themselves."""
    out = ['"']
    for byte in text.encode():
        char = chr(byte)
        if char in '"\\':
            out.append('\\' + char)
        elif char == '\n':
            out.append('\\n')
        elif char == '?':
            out.append('\\?')  # trigraphs
        elif 32 <= byte < 127 or byte >= 128:
            out.append(char if byte < 128 else '\\%03o' % byte)
        else:
            out.append('\\%03o' % byte)
    out.append('"')
    return ''.join(out)


def read(*path):
    with open(os.path.join(*path), encoding='utf-8') as f:
        return f.read()


def write_if_changed(path, text):
    """Leaves an unchanged file alone, so that ninja builds nothing after it again."""
    data = text if isinstance(text, bytes) else text.encode()
    try:
        with open(path, 'rb') as f:
            if f.read() == data:
                return
    except FileNotFoundError:
        pass
    with open(path + '.new', 'wb') as f:
        f.write(data)
    os.replace(path + '.new', path)
