#!/usr/bin/env python3
"""Writes the rule files into a C file, so that the program carries them: embed_rules.py OUT.c en.rules vi.rules …
The order of the files is the order of enum lang."""
import sys

out, *files = sys.argv[1:]
with open(out, "w", encoding="utf-8") as c:
    c.write("/* Made by tools/embed_rules.py. */\n")
    for k, name in enumerate(files):
        data = open(name, "rb").read()
        data.decode("utf-8")  # a file that is not UTF-8 stops the build here
        c.write(f"static const char rules_{k}[] = {{")
        c.write(",".join(str(b if b < 128 else b - 256) for b in data))
        c.write(",0};\n")
    c.write("extern const char *const rules_embedded[];\nconst char *const rules_embedded[] = {")
    c.write(", ".join(f"rules_{k}" for k in range(len(files))))
    c.write("};\n")
