#!/usr/bin/env python3
"""Runs the WebAssembly specification's test suite, versions 1 and 2, and proposals.

Called by native.py, wasmtime.py, ... with the name of the runner.

Known failures stand in known-failures.txt.  SIMD is not part of these folders.
"""
import concurrent.futures
import fcntl
import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import runners  # noqa: E402

# Suite -> the proposals that were not there yet: some of its tests want them refused.
LATER = ["no-multi-memory", "no-memory64", "no-extended-const"]
SUITES = {"wasm-v1": LATER, "wasm-v2": LATER, "wasm-v3": [],
          "proposals/extended-const": ["no-multi-memory", "no-memory64"],
          "proposals/tail-call": LATER, "proposals/multi-memory": ["no-memory64"],
          "proposals/memory64": ["no-multi-memory"]}


def known_failures():
    known = set()
    with open(os.path.join(HERE, "known-failures.txt"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                known.add(line.split()[0])
    return known


def convert(wast, out):
    script = os.path.join(out, os.path.splitext(os.path.basename(wast))[0] + ".script")
    if not os.path.exists(script):
        subprocess.run([sys.executable, os.path.join(HERE, "convert.py"), wast, out],
                       check=True)
    return script


def prepare(work):
    """Converts both suites; the result is kept between runs."""
    suite = subprocess.run([sys.executable, os.path.join(HERE, "fetch.py"), work],
                           capture_output=True, text=True, check=False)
    if suite.returncode != 0:
        print("skipped:", suite.stderr.strip())
        sys.exit(runners.SKIPPED)
    folder, jobs = suite.stdout.strip(), []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name in SUITES:
            out = os.path.join(work, name)
            os.makedirs(out, exist_ok=True)
            for wast in sorted(glob.glob(os.path.join(folder, name, "*.wast"))):
                jobs.append(pool.submit(convert, wast, out))
        scripts = [job.result() for job in jobs]
    if not scripts:
        sys.exit(f"no tests in {folder}")
    return [os.path.relpath(script, work) for script in scripts]


def main(name):
    runners.need("WASM_TOOLS")
    commands = runners.commands()
    if name not in commands:
        print(f"skipped: {name} or chiwawa.wasm is not there")
        sys.exit(runners.SKIPPED)
    sys.exit(0 if run(name, commands[name][0]) else 1)


def run(name, command):
    """Runs all scripts with a command; whether everything is as known."""
    work = os.path.abspath("spec.work")
    os.makedirs(work, exist_ok=True)
    # The runners' tests may run at once and share the converted suite.
    with open(os.path.join(work, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        scripts = prepare(work)
    passed, failures = 0, {}
    for suite, features in SUITES.items():
        chosen = [script for script in scripts if os.path.dirname(script) == suite]
        if name == "wazero":  # it sees the folder as "/"
            chosen = ["/" + script for script in chosen]
        words = [word for feature in features for word in ("--feature", feature)]
        result = subprocess.run(command + ["script"] + words + chosen, cwd=work,
                                capture_output=True, text=True, check=False)
        print(result.stderr, end="")
        totals = re.search(r"^(\d+) passed, (\d+) failed$", result.stdout, re.M)
        if not totals:
            sys.exit(f"chiwawa script ended with {result.returncode}: {result.stdout}")
        passed += int(totals.group(1))
        print(f"{suite}: {totals.group(1)} of {int(totals.group(1)) + int(totals.group(2))}")
        for line in result.stdout.splitlines():
            match = re.match(r"/?([^:]+\.script:\d+): (.*)", line)
            if match:
                failures[match.group(1)] = match.group(2)
    known = known_failures()
    # FILE:* stands for all lines of the file that fail, of which there must be some.
    of_files = {place for place in failures if place.split(":")[0] + ":*" in known}
    unexpected = sorted(set(failures) - known - of_files)
    cured = sorted(known - set(failures) - {place.split(":")[0] + ":*" for place in of_files})
    for place in unexpected:
        print(f"FAILED: {place}: {failures[place]}")
    for place in cured:
        print(f"FAILED: {place} passes: take it out of known-failures.txt")
    print(f"specification tests, {name}: {passed} passed, {len(unexpected) + len(cured)} "
          f"failed, {len(failures) - len(unexpected)} known failures")
    return not unexpected and not cured and passed > 0
