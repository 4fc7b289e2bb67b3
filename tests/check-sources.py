#!/usr/bin/env python3
"""Every source file is listed in Makefile.am, and follows the rules of the house.

A file under src, plugins, formats or tests that Makefile.am does not name would be
left out of distributions.  Also checked: a first comment in each C file, guards of
headers, lengths of lines and files.
"""
import glob
import os
import re
import sys

import runners

LINE = 100
FILE = 600
# Longer by their nature, as their first comments say.
LONG = ("src/exec/bodies.h", "src/module/decode.c",
        "src/cli/command_script.c", "formats/raw.c", "formats/protobuf.c", "formats/msgpack.c")


def main():
    os.chdir(runners.SRCDIR)
    count = runners.Count()
    with open("Makefile.am", encoding="utf-8") as file:
        listed = file.read()
    files = [f for pattern in ("src/*/*", "plugins/*", "formats/*", "tests/*.[ch]")
             for f in glob.glob(pattern) if f.endswith((".c", ".h", ".def", ".proto"))]
    count.check(len(files) > 100, "sources are found")
    for path in sorted(files):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        lines = text.splitlines()
        count.check(re.search(re.escape(path) + r"\s", listed),
                    f"{path}: not in Makefile.am")
        count.check(lines[0].startswith((f"/* {os.path.basename(path)}: ",
                                         f"// {os.path.basename(path)}: ")),
                    f"{path}: begins without its comment")
        count.check(len(lines) <= FILE or path in LONG, f"{path}: {len(lines)} lines")
        if path.endswith(".h") and path != "src/exec/bodies.h":
            count.check("#ifndef CHIWAWA_" in text, f"{path}: no guard")
        wide = [n for n, line in enumerate(lines, 1) if len(line.expandtabs(8)) > LINE]
        count.check(path.endswith(".def") or not wide, f"{path}: wide lines {wide}")
        blanks = [n for n, line in enumerate(lines, 1) if line != line.rstrip()]
        count.check(not blanks, f"{path}: blanks at the end of lines {blanks}")
    count.finish()


if __name__ == "__main__":
    sys.exit(main())
