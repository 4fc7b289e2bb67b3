#!/usr/bin/env python3
"""Random modules, of `wasm-tools smith` and of random_wat.py, in chiwawa and in V8: the same results,
traps and globals.

usage: differential.py [SECONDS [SEED]]

Natively each also runs in small pieces: with a snapshot after every few instructions, discarded
and restored in a new process, in all formats, and ends as it does without.  The seed is printed;
what differs stays in differential.work.
"""
import os
import random
import shutil
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dispatch_builds  # noqa: E402
import random_wat  # noqa: E402
import runners  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.abspath("differential.work")
BATCH = 24  # modules for one start of Node
PIECES = 25  # most snapshots of one run
STOPPED = 99

SMITH = ["--ensure-termination", "--export-everything", "true", "--canonicalize-nans", "true",
         "--max-imports", "0", "--min-funcs", "3", "--max-funcs", "8", "--max-instructions", "1500",
         "--max-memories", "1", "--max-memory32-bytes", "1048576", "--max-table-elements", "1000",
         "--memory-max-size-required", "true", "--table-max-size-required", "true",
         "--allow-start-export", "false", "--max-types", "6", "--max-data-segments", "2",
         "--max-element-segments", "2", "--max-elements", "4", "--max-globals", "6"] + \
    [word for name in ("simd", "relaxed-simd", "threads", "gc", "exceptions", "memory64",
                       "custom-page-sizes", "wide-arithmetic")
     for word in (f"--{name}-enabled", "false")]


def make(number, seed):
    """A module, or None when the random bytes make none."""
    path = os.path.join(WORK, f"m{number}.wasm")
    if number % 2:
        result = subprocess.run([runners.tool("WASM_TOOLS"), "parse", "-o", path], check=True,
                                input=random_wat.random_wat(seed).encode())
        return path
    size = seed.choice([300, 2000, 20000])
    references = seed.choice(["true", "false", "false"])
    result = subprocess.run([runners.tool("WASM_TOOLS"), "smith", *SMITH,
                             "--reference-types-enabled", references, "-o", path],
                            input=seed.randbytes(size), capture_output=True, check=False)
    return path if result.returncode == 0 else None


def run_scripts(count, command, paths):
    """All modules' scripts in one process; those that differ are kept."""
    for path in paths:
        script = os.path.basename(path)[:-4] + "script"
        result = subprocess.run(command + ["script", script], cwd=WORK, capture_output=True,
                                text=True, check=False, timeout=120)
        count.check(result.returncode == 0,
                    f"{' '.join(command)} script {script}: {result.stdout}{result.stderr}"[:600])


def calls(path):
    """(export, arguments) of the script's calls that a command line can make."""
    with open(path[:-4] + "script", encoding="utf-8") as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            if fields[1] == "assert_return" and fields[3] == "invoke" and "%" not in fields[4] and \
                    "ref" not in fields[5]:
                words = [] if fields[5] == "-" else fields[5].split(" ")
                yield fields[4], ",".join(map(parameter, words))


def parameter(word):
    """TYPE:BITS as --params has it."""
    kind, bits = word.split(":")
    number = int(bits).to_bytes(8, "little")
    layout = {"i32": "<i", "i64": "<q", "f32": "<f", "f64": "<d"}[kind]
    return f"{kind.upper()}({struct.unpack_from(layout, number)[0]!r})"


def in_pieces(count, native, path, seed):
    """One call whole and in pieces; returns how many."""
    chosen = list(calls(path))
    if not chosen:
        return 0
    name, params = seed.choice(chosen)
    words = [os.path.basename(path), "--invoke", name] + (["--params", params] if params else [])

    def run(words):
        return subprocess.run([native] + words, cwd=WORK, capture_output=True, text=True,
                              check=False, timeout=60)
    whole = run(words)
    budget, pieces = seed.randrange(1, 60), 0
    while True:
        result = run(words + ["--trigger", f"budget:{budget}", "--snapshot-exit-code", str(STOPPED),
                              "--snapshot-format", seed.choice(["raw", "protobuf", "msgpack"])])
        if result.returncode != STOPPED:
            break
        pieces += 1
        budget = seed.randrange(1, 60) if pieces < PIECES else 1 << 40
        words = [os.path.basename(path), "--restore", "checkpoint.bin"]

    def end(run):
        return run.returncode, run.stdout, run.stderr.split("\n")[0]
    count.check(end(result) == end(whole),
                f"{path}: {name}({params}) in {pieces} pieces: {end(result)}, not {end(whole)}")
    return pieces


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    number = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    runners.need("CHIWAWA", "WASM_TOOLS", "NODE")
    print(f"seed {number}")
    seed = random.Random(number)
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    commands = {name: command for name, (command, _) in runners.commands().items()
                if name in ("native", "wasmtime")}
    count = runners.Count()
    commands.update(dispatch_builds.build_all(count))
    end = time.monotonic() + seconds
    made = asserted = pieces = 0
    while time.monotonic() < end:
        paths = [p for p in (make(made + i, seed) for i in range(BATCH)) if p]
        made += BATCH
        subprocess.run([runners.tool("NODE"), os.path.join(HERE, "differential.mjs")] + paths, check=True)
        for name, command in commands.items():
            run_scripts(count, command, paths if name != "wasmtime" else paths[::4])
        for path in paths[1::6] + paths[::12]:
            pieces += in_pieces(count, commands["native"][0], path, seed)
        if count.failed:
            break
        for path in paths:
            with open(path[:-4] + "script", encoding="utf-8") as file:
                asserted += sum(1 for _ in file)
            os.remove(path)
    print(f"{made} modules, {asserted} assertions in each build, {pieces} snapshots on the way")
    count.finish()


if __name__ == "__main__":
    main()
