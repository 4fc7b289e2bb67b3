#!/usr/bin/env python3
"""The page of --tracer html and `chiwawa report`, looked at in a headless browser: it loads, no
error is logged, the numbers are there, in light and in dark."""
import glob
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def browse(browser, work, page, *words):
    return subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={work}/browser", "--enable-logging=stderr",
         "--virtual-time-budget=5000", *words, f"file://{work}/{page}"],
        cwd=work, capture_output=True, text=True, check=False, timeout=120)


def first_pixel(path):
    """Red, green and blue of a PNG's first pixel, which no filter changes."""
    with open(path, "rb") as file:
        data = file.read()
    at, body = 8, b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            body += data[at + 8:at + 8 + length]
        at += 12 + length
    return tuple(zlib.decompress(body)[1:4])


def main():
    runners.need("CHIWAWA", "WASM_TOOLS", "GUEST_CC")
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        print("skipped: no chromium")
        sys.exit(runners.SKIPPED)
    work = os.path.abspath("report.work")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    runners.compile_guest(os.path.join(HERE, "..", "triggers", "work.c"),
                          os.path.join(work, "work.wasm"))
    count = runners.Count()
    native = runners.commands()["native"]

    def run(*words):
        return subprocess.run(native[0] + list(words), cwd=work, capture_output=True, text=True,
                              check=False, timeout=60)
    guest = ["work.wasm"] + native[1]
    run(*guest, "--app-args", "20", "--tracer", "html:output=whole.html", "--tracer",
        "opcodes:output=ops")
    run(*guest, "--app-args", "20", "--tracer", "html:output=part.html", "--tracer",
        "memory:output=m", "--trigger", "budget:5000000")
    result = run("report", "work.wasm", "checkpoint.bin", "-o", "report.html")
    count.check(result.returncode == 0, result.stderr)
    os.rename(os.path.join(work, "checkpoint.bin"), os.path.join(work, "early.bin"))
    run(*guest, "--restore", "early.bin", "--tracer", "html:output=m", "--tracer",
        "memory:output=m", "--trigger", "budget:5000000")
    result = run("report", "work.wasm", "early.bin", "checkpoint.bin", "-o", "both.html")
    count.check(result.returncode == 0, result.stderr)
    run(*guest, "--app-args", "20", "--tracer", "html:output=map.html", "--tracer", "memory:output=m")
    with open(os.path.join(work, "ops"), encoding="utf-8") as file:
        total = f"{int(file.read().split()[0]):,}"
    for page, wanted in (("whole.html", [f"{total} instructions", "fd_write", "printf_core",
                                         "were not counted"]),
                         ("both.html", ["early.bin: 5,", "checkpoint.bin: 10,", "path_open"]),
                         ("map.html", [f"{total} instructions", "loads, "]),
                         ("report.html", ["instructions in", "loads, ", "path_open", "step"])):
        result = browse(browser, work, page, "--dump-dom")
        shown = re.sub(r"<script.*?</script>", "", result.stdout, flags=re.S)
        count.check(not re.search(r"CONSOLE|Uncaught", result.stderr),
                    f"{page}: logged {re.findall('.*CONSOLE.*', result.stderr)}")
        for text in wanted:
            count.check(text in shown, f"{page}: {text} is not shown")
        boxes = re.findall(r'title="(\w+)\n[\d,]+ instructions \(([\d.]+) %', shown)
        count.check(("step", boxes and dict(boxes).get("step")) in boxes and
                    float(dict(boxes)["step"]) > 99, f"{page}: flame graph: {boxes[:3]}")
        count.check(re.search(r'class="hot" style="--heat: 1;?">', shown), f"{page}: listing")
        count.check("http:" not in shown and "https:" not in shown, f"{page}: no network")
    for dark in (False, True):
        browse(browser, work, "report.html", "--screenshot=shot.png", "--window-size=900,700",
               *(["--force-dark-mode"] if dark else []))
        shots = glob.glob(os.path.join(work, "shot.png"))
        pixel = first_pixel(shots[0]) if shots else None
        count.check(pixel == ((23, 24, 26) if dark else (255, 255, 255)),
                    f"{'dark' if dark else 'light'}: {pixel}")
    result = run("report", "work.wasm", "early.bin", "missing", "-o", "none.html")
    count.check(result.returncode == 74 and
                not os.path.exists(os.path.join(work, "none.html")), "half a report")
    result = run("report", "work.wasm", "missing")
    count.check(result.returncode == 74, "a missing file")
    run(*guest, "--trigger", "budget:1000", "--snapshot-output", "plain")
    result = run("report", "work.wasm", "plain")
    count.check(result.returncode == 64 and "no counters" in result.stderr, result.stderr)
    count.finish()


if __name__ == "__main__":
    main()
