#!/usr/bin/env python3
"""The instruction budget stops at the same point everywhere: the snapshots that every
host and the native build take after the same count hold the same state."""
import os

import migrate
from migrate import runners

# Guests that ask the host for nothing: what a host says of its standard output, of time
# or of inode numbers becomes part of a guest's state.
GUESTS = (
    ("guests/state.wat", []),
    ("cli/math.wat", ["--invoke", "sum", "--params", "100000"]),
    ("cli/math.wat", ["--invoke", "deep", "--params", "30000"]),
)
BUDGETS = (1, 1000, 54321, 300000)


def main():
    runners.need("CHIWAWA", "GUEST_CC", "WASM_TOOLS")
    commands = runners.commands()
    count = runners.Count()
    if len(commands) < 2:
        print("skipped: no host, or no chiwawa.wasm")
        raise SystemExit(runners.SKIPPED)
    work = os.path.abspath("matrix-equal.work")
    os.makedirs(work, exist_ok=True)
    for source, options in GUESTS:
        guest = runners.compile_guest(
            os.path.join(runners.SRCDIR, "tests", source),
            os.path.join(work, os.path.basename(source) + ".wasm"))
        for budget in BUDGETS:
            folder = os.path.join(work, "run")
            migrate.fresh(folder, guest)
            taken = []
            for name, command in commands.items():
                result = migrate.run(command, folder, options + [
                    "--trigger", f"budget:{budget}", "--snapshot-output", name,
                    "--snapshot-exit-code", str(migrate.STOPPED)])
                if result.returncode == migrate.STOPPED:
                    taken.append(name)
            count.check(len(taken) in (0, len(commands)),
                        f"{source}, {budget}: only {taken} stopped")
            for name in taken[1:]:
                result = migrate.run_plain(commands["native"], folder,
                                           ["snapshot", "diff", taken[0], name])
                count.check(result.returncode == 0 and not result.stdout,
                            f"{source}, {budget}: {taken[0]} and {name}: {result.stdout!r}")
    count.check(count.passed > len(BUDGETS), "snapshots were compared")
    count.finish()


if __name__ == "__main__":
    main()
