#!/usr/bin/env python3
"""chiwawa in a headless Chromium, by the page of hosts/browser: a guest is stopped there and goes on
natively and under wasmtime, and the other way round."""
import base64
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from urllib.parse import urlencode

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import runners  # noqa: E402

WORK = os.path.abspath("browser.work")
TIMEOUT = 120


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of the folder, and what the page reports."""

    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.report = json.loads(body)
        self.send_response(204)
        self.end_headers()
        self.server.reported.set()

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class Browser:
    """A server for the page, and Chromium for one address at a time."""

    def __init__(self, program):
        self.program = program
        handler = functools.partial(Handler, directory=WORK)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.reported = threading.Event()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def visit(self, files, runs):
        """What came out: the result of each run, and the files."""
        query = urlencode([("file", f) for f in files] + [("run", r) for r in runs] +
                          [("report", "report")])
        self.server.reported.clear()
        self.server.report = None
        url = f"http://127.0.0.1:{self.server.server_address[1]}/index.html?{query}"
        process = subprocess.Popen(
            [self.program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
             "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", f"--user-data-dir={WORK}/profile", "--enable-logging=stderr", url],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        done = self.server.reported.wait(TIMEOUT)
        process.kill()
        logged = process.communicate()[1]
        if not done:
            return [{"error": f"no report in {TIMEOUT} s: {logged[-2000:]}"}] * len(runs), {}
        report = self.server.report
        return report["results"], {name: base64.b64decode(text)
                                   for name, text in report["files"].items()}


def keep(files, name):
    with open(os.path.join(WORK, name), "wb") as file:
        file.write(files.get(name, b""))


def main():
    runners.need("CHIWAWA", "CHIWAWA_WASM", "GUEST_CC")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None or not os.path.exists(runners.tool("CHIWAWA_WASM")):
        print("skipped: no chromium, or no chiwawa.wasm")
        sys.exit(runners.SKIPPED)
    count = runners.Count()
    shutil.rmtree(os.path.join(WORK, "profile"), ignore_errors=True)
    subprocess.run([sys.executable, os.path.join(runners.SRCDIR, "tools", "browser"), WORK,
                    runners.tool("CHIWAWA_WASM")], check=True)
    runners.compile_guest(os.path.join(HERE, "..", "triggers", "work.c"),
                          os.path.join(WORK, "work.wasm"))
    commands = runners.commands()

    def run(host, *words):
        command, options = commands[host]
        return subprocess.run(command + ["work.wasm"] + options + list(words), cwd=WORK,
                              capture_output=True, text=True, check=False, timeout=TIMEOUT)
    path = os.path.join(WORK, "log.txt")

    def log_now():
        """What the guest has appended to its file, which is then away."""
        with open(path, "rb") as file:
            text = file.read()
        os.remove(path)
        return text
    if os.path.exists(path):
        os.remove(path)
    whole = run("native", "--app-args", "30")
    log = log_now()
    browser = Browser(program)
    # All of it there; and a part there, the rest here.
    results, files = browser.visit(["work.wasm"], ["work.wasm --app-args 30"])
    count.check(results[0].get("status") == 0 and whole.stdout in results[0]["output"] and
                files.get("log.txt") == log, f"whole: {results} {files.get('log.txt')}")
    results, files = browser.visit(["work.wasm"], [
        "work.wasm --app-args 30 --trigger budget:5000000 --snapshot-exit-code 99"])
    count.check(results[0].get("status") == 99 and len(files.get("checkpoint.bin", b"")) > 1000,
                f"stopped: {results}")
    for host in [h for h in ("native", "wasmtime") if h in commands]:
        keep(files, "checkpoint.bin")
        keep(files, "log.txt")
        result = run(host, "--restore", "checkpoint.bin")
        count.check(result.returncode == 0 and whole.stdout == result.stdout and
                    log_now() == log, f"from the browser to {host}: {result}")
    # A part here, the rest there, in two steps, through another format.
    result = run("native", "--app-args", "30", "--trigger", "budget:3000000", "--snapshot-format",
                 "msgpack", "--snapshot-exit-code", "99")
    count.check(result.returncode == 99, f"stopped natively: {result}")
    results, files = browser.visit(["work.wasm", "checkpoint.bin", "log.txt"], [
        "work.wasm --restore checkpoint.bin --trigger budget:4000000 --snapshot-exit-code 99 "
        "--snapshot-format protobuf",
        "work.wasm --restore checkpoint.bin"])
    count.check([r.get("status") for r in results] == [99, 0] and
                whole.stdout.splitlines()[-1] in results[1]["output"] and
                files.get("log.txt") == log, f"to the browser: {results}")
    results, _ = browser.visit(["work.wasm"], ["missing.wasm", "work.wasm --no-such"])
    count.check(results[0].get("status") == 74 and results[1].get("status") == 64,
                f"errors: {results}")
    count.finish()


if __name__ == "__main__":
    main()
