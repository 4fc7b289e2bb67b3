#!/usr/bin/env python3
"""Adds up what the tests' logs counted; run in the build directory after make check.

Prints the count of each log, what failed or was skipped, and as its last line
"N passed, N failed".
"""
import glob
import re
import sys

passed = failed = 0
for path in sorted(glob.glob("tests/**/*.log", recursive=True)):
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    name = path[:-len(".log")]
    plain = re.findall(r"(\d+) passed, (\d+) failed", text)
    check = re.findall(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)", text, re.M)
    good = bad = 0
    for a, b in plain[-1:]:
        good, bad = int(a), int(b)
    for total, failures, errors in check:
        bad = int(failures) + int(errors)
        good = int(total) - bad
    result = re.search(r"^(PASS|FAIL|SKIP|ERROR) ", text, re.M)
    if result and result.group(1) == "SKIP":
        reason = re.search(r"^skipped: .*", text, re.M)
        print(f"{name:32} {reason.group(0) if reason else 'skipped'}")
        continue
    if not result or result.group(1) != "PASS":
        bad = max(bad, 1)
        for line in text.splitlines()[:60]:
            print("   ", line[:400])
    print(f"{name:32} {good:6} passed {bad:4} failed")
    passed += good
    failed += bad
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
