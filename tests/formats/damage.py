#!/usr/bin/env python3
"""Every truncation and every flipped bit of a small snapshot is refused: each format and
compression, in the native build and, under each host, in the Wasm build (damage.c)."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402


def main():
    runners.need("CHIWAWA", "WASM_TOOLS")
    work = os.path.abspath("damage.work")
    os.makedirs(work, exist_ok=True)
    runners.compile_guest(os.path.join(runners.SRCDIR, "tests/cli/data.wat"),
                          os.path.join(work, "data.wasm"))
    commands = runners.commands()
    native = commands["native"][0]
    count = runners.Count()
    programs = {"native": [os.path.abspath("tests/damage")]}
    for host in ("wasmtime", "node"):
        if host in commands:
            words = list(commands[host][0])
            words[-1] = os.path.join(os.path.dirname(words[-1]), "tests", "damage.wasm")
            programs[host] = words
    for form in ("raw", "protobuf", "msgpack"):
        for compression in ("none", "lz4"):
            # At the first safepoint memory is as in the module but for one block, which
            # lz4 makes small; without lz4 it is left out.
            budget = "budget:1" if compression == "none" else "budget:100"
            name = f"{form}.{compression}"
            subprocess.run(native + ["data.wasm", "--invoke", "work", "--params", "9",
                                     "--trigger", budget, "--snapshot-output", name,
                                     "--snapshot-format", form,
                                     "--snapshot-compress", compression],
                           cwd=work, check=True, capture_output=True)
            size = os.path.getsize(os.path.join(work, name))
            count.check(size < (1500 if compression == "lz4" else 6000), f"{name}: {size} bytes")
            if size > 6000:
                continue
            for host, command in programs.items():
                result = subprocess.run(command + [name], cwd=work, check=False, timeout=300,
                                        capture_output=True, text=True)
                found = re.match(rf"{form}: (\d+) refused, 0 accepted$", result.stdout)
                count.check(result.returncode == 0 and found and int(found[1]) == 9 * size,
                            f"{host}: {name}: {result.stdout}{result.stderr[-300:]}")
    count.finish()


if __name__ == "__main__":
    main()
