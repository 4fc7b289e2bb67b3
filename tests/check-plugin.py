#!/usr/bin/env python3
"""The example of man/chiwawa-plugins.7, built in the way that the page says, works."""
import os
import re
import shutil
import subprocess
import sys

import runners


def main():
    runners.need("CHIWAWA", "WASM_TOOLS")
    if not os.path.exists(os.path.join(runners.SRCDIR, "configure")):
        print("skipped: configure was not generated")
        sys.exit(runners.SKIPPED)
    with open(os.path.join(runners.SRCDIR, "man/chiwawa-plugins.7"),
              encoding="utf-8") as file:
        example = re.search(r"\.Bd -literal\n(.*?)\.Ed", file.read(), re.S).group(1)
    work = os.path.abspath("plugin.work")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(os.path.join(work, "build"))
    plugin = os.path.join(work, "trigger-after.c")
    with open(plugin, "w", encoding="utf-8") as file:
        file.write(example)
    module = runners.compile_guest(os.path.join(runners.SRCDIR, "tests/cli/math.wat"),
                                   os.path.join(work, "math.wasm"))
    count = runners.Count()

    def run(*words):
        return subprocess.run(words, cwd=os.path.join(work, "build"), capture_output=True,
                              text=True, check=False, timeout=300)

    for words in ((os.path.join(runners.SRCDIR, "configure"), f"--with-plugin={plugin}",
                   "--disable-tracer-text", "CFLAGS=-O1"),
                  ("make", "-s", "-j2")):
        result = run(*words)
        count.check(result.returncode == 0, f"{words}: {result.stderr[-2000:]}")
    result = run("./chiwawa", "plugins")
    count.check("after" in result.stdout and "tracer" not in result.stdout, result.stdout)
    result = run("./chiwawa", module, "--invoke", "sum", "--params", "1000000000000",
                 "--trigger", "after:seconds=1", "--snapshot-exit-code", "9")
    count.check(result.returncode == 9 and "checkpoint.bin (after)" in result.stderr,
                f"{result.returncode}: {result.stderr}")
    count.finish()


if __name__ == "__main__":
    main()
