#!/usr/bin/env python3
"""Turns sql/NNNN_name.sql into a C table (store/migrations.h). Usage: sql_embed.py OUT.c FILE.sql…"""
import os, re, sys

out, files = sys.argv[1], sorted(sys.argv[2:], key=os.path.basename)
rows, expected = [], 1
for path in files:
    match = re.fullmatch(r"(\d{4})_(\w+)\.sql", os.path.basename(path))
    if not match or int(match[1]) != expected:
        sys.exit(f"{path}:1: migrations are named NNNN_name.sql, numbered without gaps; {expected:04} is next")
    lines = [line.split("--")[0].rstrip() for line in open(path, encoding="utf-8")]
    text = "".join('    "%s\\n"\n' % line.replace("\\", "\\\\").replace('"', '\\"') for line in lines if line)
    rows.append('    {%d, "%s",\n%s    },\n' % (expected, match[2], text))
    expected += 1
with open(out, "w", encoding="utf-8") as c:
    c.write('#include "store/migrations.h"\n\nconst struct migration migrations[] = {\n%s};\n' % "".join(rows))
    c.write("const int migrations_n = %d;\n" % len(rows))
