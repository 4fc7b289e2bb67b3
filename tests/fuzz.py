#!/usr/bin/env python3
"""Runs the libFuzzer targets, with ASan and UBSan, for a bounded time.

usage: fuzz.py [SECONDS [TARGET...]]     seconds for each target, 15 when not given

Builds a tree of its own with clang in fuzz.work; the corpus there grows from run to run.
Seeds are the golden snapshots, snapshots of tests/cli/data.wat, and tests/fuzz-corpus,
where inputs that once failed are kept.
"""
import glob
import os
import shutil
import subprocess
import sys

import runners

TARGETS = ("raw", "protobuf", "msgpack")
CLANG = "clang-19"


def build(work):
    """Configures and builds; returns False when clang cannot."""
    tree = os.path.join(work, "build")
    os.makedirs(tree, exist_ok=True)
    if not os.path.exists(os.path.join(tree, "config.status")):
        result = subprocess.run(
            [os.path.join(runners.SRCDIR, "configure"), f"CC={CLANG}",
             "CFLAGS=-O1 -g -fsanitize=fuzzer-no-link", "--enable-asan", "--enable-ubsan"],
            cwd=tree, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            print(result.stdout[-2000:], result.stderr[-2000:])
            return False
    result = subprocess.run(["make", "-s", "-j2"] + [f"tests/fuzz_{t}" for t in TARGETS],
                            cwd=tree, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(result.stderr[-3000:])
    return result.returncode == 0


def make_seeds(work, module):
    """Snapshots of data.wat in every format and compression."""
    native = os.path.abspath(runners.tool("CHIWAWA"))
    for form in TARGETS:
        folder = os.path.join(work, "corpus", form)
        os.makedirs(folder, exist_ok=True)
        for compression in ("none", "lz4"):
            for budget in (1, 100):
                subprocess.run(
                    [native, module, "--invoke", "work", "--params", "9", "--dir", ".",
                     "--trigger", f"budget:{budget}", "--snapshot-format", form,
                     "--snapshot-compress", compression, "--snapshot-output",
                     os.path.join(folder, f"seed-{compression}-{budget}")],
                    cwd=work, check=True, capture_output=True)
        for path in glob.glob(os.path.join(runners.SRCDIR, "tests", "golden", f"{form}-*")):
            shutil.copy(path, folder)


def main():
    runners.need("CHIWAWA", "WASM_TOOLS")
    if shutil.which(CLANG) is None:
        print(f"skipped: no {CLANG}")
        sys.exit(runners.SKIPPED)
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    work = os.path.abspath("fuzz.work")
    os.makedirs(work, exist_ok=True)
    module = runners.compile_guest(os.path.join(runners.SRCDIR, "tests/cli/data.wat"),
                                   os.path.join(work, "data.wasm"))
    count = runners.Count()
    count.check(build(work), "the targets are built")
    if count.failed:
        count.finish()
    make_seeds(work, module)
    running = []
    for target in sys.argv[2:] or TARGETS:
        log = open(os.path.join(work, f"{target}.log"), "w+", encoding="utf-8", errors="replace")
        known = os.path.join(runners.SRCDIR, "tests", "fuzz-corpus", target)
        folders = [os.path.join(work, "corpus", target)] + [f for f in [known]
                                                            if os.path.isdir(f)]
        running.append((target, log, subprocess.Popen(
            [os.path.join(work, "build", "tests", f"fuzz_{target}"),
             f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=4096",
             "-malloc_limit_mb=2048", "-print_final_stats=1",
             f"-artifact_prefix={work}/{target}-"] + folders,
            cwd=work, stdout=log, stderr=log,
            env=dict(os.environ, FUZZ_MODULE=module,
                     ASAN_OPTIONS="allocator_may_return_null=1:detect_leaks=1"))))
    for target, log, process in running:
        status = process.wait()
        log.seek(0)
        text = log.read()
        runs = text.rsplit("stat::number_of_executed_units:", 1)
        runs = int(runs[1].split()[0]) if len(runs) > 1 else 0
        print(f"{target}: {runs} inputs in {seconds} s")
        count.check(status == 0 and runs > 100, f"{target}: status {status}: {text[-3000:]}")
    count.finish()


if __name__ == "__main__":
    main()
