#!/usr/bin/env python3
"""The example of man/chiwawa-plugins.7 and those in examples/, built in the way that the page
says."""
import os
import re
import shutil
import subprocess
import sys

import runners


def check_examples(run, module, count):
    os.environ["STOP_AFTER"] = "100"
    endless = ["./chiwawa", module, "--invoke", "sum", "--params", "1000000000000",
               "--snapshot-exit-code", "9"]
    result = run(*endless, "--trigger", "env:STOP_AFTER")
    count.check(result.returncode == 9 and "(env)" in result.stderr, f"env: {result.stderr}")
    result = run(*endless, "--trigger", "load-average:0")
    count.check(result.returncode == 9 and "(load-average)" in result.stderr,
                f"load-average: {result.stderr}")
    result = run("./chiwawa", module, "--invoke", "deep", "--params", "5", "--tracer", "functions")
    count.check(result.stdout == "5\n" and " deep\n" in result.stderr,
                f"functions: {result.stdout} {result.stderr}")
    result = run("./chiwawa", module, "--invoke", "sum", "--params", "1000", "--trigger",
                 "budget:3000", "--snapshot-format", "hex", "--snapshot-output", "hex.txt")
    with open("plugin.work/build/hex.txt", encoding="ascii") as file:
        lines = file.read().splitlines()
    count.check(lines[0].startswith("chiwawa snapshot") and len(lines) > 10 and
                max(map(len, lines)) == 64, "hex: the file is text")
    result = run("./chiwawa", module, "--restore", "hex.txt")
    count.check(result.stdout == "500500\n", f"hex: {result.stdout} {result.stderr}")
    result = run("./chiwawa", "snapshot", "convert", "--to", "raw", "hex.txt", "-o", "raw.bin")
    result = run("./chiwawa", "snapshot", "diff", "hex.txt", "raw.bin")
    count.check(result.returncode == 0, f"hex: {result.stdout} {result.stderr}")
    with open("plugin.work/build/hex.txt", "a", encoding="ascii") as file:
        file.write("zz")
    result = run("./chiwawa", module, "--restore", "hex.txt")
    count.check(result.returncode == 3 and result.stderr, f"hex, damaged: {result.stderr}")


def check_wasm(work, examples, module, count):
    """The portable ones in a Wasm build, without the libraries that it need not have."""
    if shutil.which("clang-19") is None or not runners.tool("WASMTIME"):
        print("no clang-19 or no wasmtime: not built for Wasm")
        return
    build = os.path.join(work, "wasm")
    os.makedirs(build)
    portable = [e for e in examples if not e.endswith("load-average.c")]
    for words in ((os.path.join(runners.SRCDIR, "configure"), "--host=wasm32-wasi",
                   "--with-plugin=" + ",".join(portable), "CFLAGS=-O1"),
                  ("make", "-s", "-j2", "chiwawa.wasm")):
        result = subprocess.run(words, cwd=build, capture_output=True, text=True, check=False)
        count.check(result.returncode == 0, f"{words}: {result.stderr[-2000:]}")
    shutil.copy(module, build)
    result = subprocess.run(
        [runners.tool("WASMTIME"), "run", "--env", "STOP_AFTER=100", "--dir", ".",
         "chiwawa.wasm", "math.wasm", "--invoke", "sum", "--params", "1000000000000",
         "--trigger", "env:STOP_AFTER", "--snapshot-format", "hex", "--snapshot-exit-code", "9"],
        cwd=build, capture_output=True, text=True, check=False)
    count.check(result.returncode == 9 and "(env)" in result.stderr, f"Wasm: {result.stderr}")


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
    examples = [os.path.join(runners.SRCDIR, "examples", name) for name in (
        "trigger-load-average.c", "trigger-env.c", "tracer-functions.c", "format-hex.c")]
    module = runners.compile_guest(os.path.join(runners.SRCDIR, "tests/cli/math.wat"),
                                   os.path.join(work, "math.wasm"))
    count = runners.Count()

    def run(*words):
        return subprocess.run(words, cwd=os.path.join(work, "build"), capture_output=True,
                              text=True, check=False, timeout=300)

    for words in ((os.path.join(runners.SRCDIR, "configure"), "--with-plugin=" + ",".join([plugin] + examples),
                   "--disable-tracer-text", "CFLAGS=-O1"),
                  ("make", "-s", "-j2")):
        result = run(*words)
        count.check(result.returncode == 0, f"{words}: {result.stderr[-2000:]}")
    result = run("./chiwawa", "plugins")
    for name in ("after", "load-average", "env", "functions", "hex"):
        count.check(f" {name} " in result.stdout, f"{name}: {result.stdout}")
    count.check("tracer   text" not in result.stdout, result.stdout)
    result = run("./chiwawa", module, "--invoke", "sum", "--params", "1000000000000",
                 "--trigger", "after:seconds=1", "--snapshot-exit-code", "9")
    count.check(result.returncode == 9 and "checkpoint.bin (after)" in result.stderr,
                f"{result.returncode}: {result.stderr}")
    check_examples(run, module, count)
    check_wasm(work, examples, module, count)
    count.finish()


if __name__ == "__main__":
    main()
