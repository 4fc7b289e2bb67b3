#!/usr/bin/env python3
"""options.def, commands.def, --help and man/chiwawa.1 name the same things; README
names only options and files that are there; the manual pages are correct mdoc."""
import os
import re
import subprocess
import sys

import runners


def read(path):
    with open(os.path.join(runners.SRCDIR, path), encoding="utf-8") as file:
        return file.read()


def main():
    runners.need("CHIWAWA")
    count = runners.Count()
    options = re.findall(r'^OPTION\((\w+), "([\w-]+)", (NULL|"[^"]*"), \w+, "(.*)"\)$',
                         read("src/cli/options.def"), re.M)
    count.check(len(options) > 15, "options are found")

    def help_of(*words):
        text = subprocess.run([runners.tool("CHIWAWA"), *words], capture_output=True,
                              text=True, check=True).stdout
        count.check(len(text.splitlines()) <= 40, f"{words}: fits a screen")
        return text

    tools = re.findall(r'^TOOL\(\w+, "([\w-]+)", "([^"]*)"', read("src/cli/snapshot_tools.def"),
                       re.M)
    shown = help_of("--help") + help_of("--help=restore") + help_of("--help=trace")
    listed = help_of("snapshot", "--help")
    tools_page = read("man/chiwawa-snapshot.1")
    for name, arguments in tools:
        shown += help_of("snapshot", name, "--help")
        count.check(f"  {name} {arguments}" in listed, f"snapshot --help: {name}")
        count.check(f".It Cm {name} " in tools_page, f"man/chiwawa-snapshot.1: {name}")
    page = read("man/chiwawa.1")
    for _, name, argument, text in options:
        argument = argument.strip('"') if argument != "NULL" else ""
        blank = "" if argument.startswith("[") else " "
        count.check(f"  --{name}" + (f"{blank}{argument}" if argument else "") in shown and
                    text in shown, f"--help: --{name} {argument}")
        count.check(f".It Fl Fl {name}" in page, f"man/chiwawa.1: --{name} is missing")
    documented = set(re.findall(r"^\.It Fl Fl ([\w-]+)", page, re.M))
    for name in documented - {option[1] for option in options}:
        count.check(False, f"man/chiwawa.1 has --{name}, options.def has not")
    for name in re.findall(r'^COMMAND\(\w+, "([\w-]+)"', read("src/cli/commands.def"), re.M):
        count.check(f"  {name}" in shown, f"--help: {name}")
        help_of(name, "--help")
        count.check(f".It Cm {name}" in page, f"man/chiwawa.1: {name} is missing")
    statuses = set(re.findall(r"^ERR\(\w+, (\d+),", read("src/base/errors.def"), re.M))
    for status in sorted(statuses | {"134"}):
        count.check(f".It {status}\n" in page, f"man/chiwawa.1: exit status {status}")
    readme = read("README.md")
    known = {option[1] for option in options} | {"host", "mount", "no-liftoff",
                                                 "no-turbo-fast-api-calls"} | \
        set(re.findall(r"\[--((?:with|enable)-[a-z-]+)", read("configure.ac") + read("m4/chiwawa.m4")))
    for name in re.findall(r"(?<![\w-])--([a-z][a-z-]*[a-z])", readme):
        count.check(name in known, f"README.md: --{name}")
    for path in re.findall(r"`([a-z]+/[\w./-]*)`", readme):
        count.check(os.path.exists(os.path.join(runners.SRCDIR, path)) or
                    path.startswith("build/"), f"README.md: {path}")
    if runners.tool("MANDOC"):
        for name in ("chiwawa.1", "chiwawa-snapshot.1", "chiwawa-snapshot.5", "chiwawa-plugins.7"):
            result = subprocess.run(
                [runners.tool("MANDOC"), "-T", "lint", "-W", "warning",
                 os.path.join(runners.SRCDIR, "man", name)],
                capture_output=True, text=True, check=False)
            count.check(result.returncode == 0, result.stdout)
    count.finish()


if __name__ == "__main__":
    sys.exit(main())
