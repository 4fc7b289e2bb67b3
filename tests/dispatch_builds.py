"""dispatch_builds.py: native builds with the other ways of dispatch, for tests that run in each."""
import fcntl
import os
import shutil
import subprocess

import runners

# Way -> what configure is told besides; tail calls need clang.
WAYS = {"switch": [], "tailcall": ["CC=clang-19"]}


def build(way, tree):
    """Makes chiwawa in that folder, which other tests may share; what went wrong, or None."""
    with open(os.path.join(tree, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for words in ([os.path.join(runners.SRCDIR, "configure"), f"--with-dispatch={way}",
                       "CFLAGS=-O2", *WAYS[way]], ["make", "-s", "-j2", "chiwawa"]):
            if words[0].endswith("configure") and \
                    os.path.exists(os.path.join(tree, "config.status")):
                continue
            result = subprocess.run(words, cwd=tree, capture_output=True, text=True, check=False)
            if result.returncode != 0:
                return result.stderr[-2000:]
    return None


def build_all(count):
    """Way -> command, of all that can be built here."""
    found = {}
    for way, options in WAYS.items():
        if any(o.startswith("CC=") and not shutil.which(o[3:]) for o in options):
            print(f"no {options[0][3:]}: no build with --with-dispatch={way}")
            continue
        tree = os.path.abspath(os.path.join("dispatch.work", way))
        os.makedirs(tree, exist_ok=True)
        failure = build(way, tree)
        count.check(failure is None, f"--with-dispatch={way}: {failure}")
        if failure is None:
            found[way] = [os.path.join(tree, "chiwawa")]
    return found
