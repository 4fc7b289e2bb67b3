#!/usr/bin/env python3
"""What --restore does about files and clocks that are not as they were: --fd,
--on-changed-file, --clock, natively and under wasmtime."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    runners.need("CHIWAWA", "GUEST_CC")
    work = os.path.abspath("policies.work")
    os.makedirs(work, exist_ok=True)
    runners.compile_guest(os.path.join(HERE, "policies.c"), os.path.join(work, "guest.wasm"))
    count = runners.Count()
    for name, command in runners.commands().items():
        if name not in ("native", "wasmtime"):
            continue

        def run(*words):
            return subprocess.run(command[0] + ["guest.wasm"] + command[1] + list(words),
                                  cwd=work, capture_output=True, text=True, check=False)

        def put(path, text):
            with open(os.path.join(work, path), "w", encoding="utf-8") as file:
                file.write(text)

        def expect(words, output, errors, status=0):
            result = run("--restore", "checkpoint.bin", *words)
            count.check(result.stdout == output and errors in result.stderr and
                        (result.returncode == status) and
                        (errors or not result.stderr),
                        f"{name}: {words}: {result.stdout!r} {result.stderr!r} "
                        f"{result.returncode}")

        put("input", "helloworld")
        result = run("--trigger", "budget:200000")
        count.check(result.stdout == "hello" and result.returncode == 0,
                    f"{name}: {result.stdout} {result.stderr}")
        expect([], "worldshort\n", "")
        # Another size; only another time; gone.
        put("input", "helloworld!!")
        expect([], "", "has 12 bytes now, 10 at the snapshot", 74)
        expect(["--on-changed-file", "warn"], "world!!short\n", "its size has changed")
        expect(["--on-changed-file", "truncate"], "worldshort\n", "")
        count.check(os.path.getsize(os.path.join(work, "input")) == 10, f"{name}: cut back")
        put("input", "helloearth")
        expect([], "earthshort\n", "")
        expect(["--on-changed-file=warn"], "earthshort\n", "it was modified")
        put("input", "hello")
        expect(["--on-changed-file", "truncate"], "", "has 5 bytes now", 74)
        os.remove(os.path.join(work, "input"))
        expect([], "", "the file is gone", 74)
        result = run("--restore", "checkpoint.bin", "--on-changed-file", "warn")
        count.check("Bad file descriptor" in result.stderr and
                    "the file is gone, the descriptor is closed" in result.stderr,
                    f"{name}: gone: {result.stderr}")
        # Another file for the descriptor, which then has other contents.
        put("other", "12345678901234567890")
        expect(["--fd", "4=other"], "678901234567890short\n", "")
        expect(["--fd", "4=.::other"], "678901234567890short\n", "")
        expect(["--fd", "4=nowhere::other"], "", "no directory of this name", 74)
        expect(["--fd", "5=other"], "", "the snapshot has no such descriptor", 64)
        result = subprocess.run(command[0] + ["snapshot", "edit", "checkpoint.bin", "--fd",
                                              "4=other", "-o", "edited.bin"], cwd=work,
                                check=False)
        os.replace(os.path.join(work, "edited.bin"), os.path.join(work, "checkpoint.bin"))
        expect([], "678901234567890short\n", "")
        # The time between.
        time.sleep(2.2)
        expect(["--clock", "freeze"], "678901234567890short\n", "")
        expect(["--clock", "host"], "678901234567890long\n", "")
    count.finish()


if __name__ == "__main__":
    main()
