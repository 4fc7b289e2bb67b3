#!/usr/bin/env python3
"""Runs the command-line tests tests/cli/*.test.

Called by native.py and wasmtime.py with the name of the runner; words on their
command line choose tests.  A test file holds, line by line:

  # comment
  @ COMMAND        a shell command that prepares something
  $ ARGUMENTS      runs chiwawa with these words (quoted as for a shell)
  text             what it must print, exactly, line by line
  ! REGEX          standard error must match this
  ? STATUS         its exit status (0 when not given)

A word NAME.wasm is made from tests/cli/NAME.wat.  Each test has a folder of its own.
"""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import runners  # noqa: E402


# wasmtime refuses higher exit statuses of its program: it ends with 1 and a message.
WASMTIME_LAST_STATUS = 125

with open(os.path.join(runners.SRCDIR, "src/cli/commands.def"), encoding="utf-8") as listed:
    COMMANDS = re.findall(r'^COMMAND\(\w+, "([\w-]+)"', listed.read(), re.M)


def parse(path):
    """Steps: (line number, kind, text, output, patterns, status)."""
    steps = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if line.startswith("#") or (not line and not steps):
                continue
            if line[:2] in ("$ ", "@ "):
                steps.append([number, line[0], line[2:], [], [], 0])
            elif line[:2] == "! ":
                steps[-1][4].append(line[2:])
            elif line[:2] == "? ":
                steps[-1][5] = int(line[2:])
            elif line and steps:
                steps[-1][3].append(line)
    return steps


def run_step(step, runner, work, count, name):
    number, kind, text, output, patterns, status = step
    if status > WASMTIME_LAST_STATUS and "wasmtime" in runner[0][0]:
        status = 1
    if kind == "@":
        subprocess.run(text, shell=True, cwd=work, check=True)
        return
    command, options = runner
    words = shlex.split(text)
    # Commands that run nothing take no options of a run.
    if words[0] not in COMMANDS or words[1:2] == ["verify"]:
        words += options
    result = subprocess.run(command + words, cwd=work, timeout=120,
                            stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            check=False)
    where = f"{name}:{number}: {text}"
    count.check(result.stdout.splitlines() == output,
                f"{where}\n  printed {result.stdout!r}\n  wanted  {output!r}")
    count.check(result.returncode == status,
                f"{where}\n  status {result.returncode}, wanted {status}: {result.stderr!r}")
    for pattern in patterns:
        count.check(re.search(pattern, result.stderr) is not None,
                    f"{where}\n  error {result.stderr!r} does not match {pattern!r}")
    if not patterns:
        count.check(result.stderr == "", f"{where}\n  unexpected error {result.stderr!r}")


def main(name):
    runners.need("CHIWAWA", "WASM_TOOLS")
    commands = runners.commands()
    if name not in commands:
        print(f"skipped: {name} or chiwawa.wasm is not there")
        sys.exit(runners.SKIPPED)
    work = os.path.abspath(f"cli-{name}.work")
    os.makedirs(work, exist_ok=True)
    modules = [runners.compile_guest(wat, os.path.join(
        work, os.path.splitext(os.path.basename(wat))[0] + ".wasm"))
        for wat in sorted(glob.glob(os.path.join(HERE, "*.wat")))]
    count = runners.Count()
    for test in sorted(glob.glob(os.path.join(HERE, "*.test"))):
        title = os.path.splitext(os.path.basename(test))[0]
        if sys.argv[1:] and title not in sys.argv[1:]:
            continue
        folder = os.path.join(work, title)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for module in modules:
            shutil.copy(module, folder)
        for step in parse(test):
            run_step(step, commands[name], folder, count, title)
    count.finish()
