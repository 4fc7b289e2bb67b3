#!/usr/bin/env python3
"""Every trigger, periodic snapshots, and guests that wait: natively, under wasmtime and Node.

What a trigger stopped is continued, and must give what a run that was never stopped gives.
"""
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
STOPPED = 99
HOSTS = ("native", "wasmtime", "node", "node, threads", "wazero")


class Runner:
    """chiwawa under one host, in one directory."""

    def __init__(self, name, command, work, count):
        self.name, self.command, self.count = name, command, count
        self.work = os.path.join(work, name.replace(", ", "-"))
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        for guest in glob.glob(os.path.join(work, "*.wasm")):
            shutil.copy(guest, self.work)

    def words(self, *words):
        return self.command[0] + [words[0]] + self.command[1] + list(words[1:])

    def tool(self, *words):
        return subprocess.run(self.command[0] + list(words), cwd=self.work, timeout=60,
                              capture_output=True, text=True, check=False)

    def start(self, *words, **more):
        more.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(self.words(*words), cwd=self.work, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **more)

    def start_work(self, *words):
        """Starts work.wasm, and waits until it has written to its file."""
        log = self.path("log.txt")
        if os.path.exists(log):
            os.remove(log)
        process = self.start("work.wasm", *words)
        end = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < end and \
                not (os.path.exists(log) and os.path.getsize(log) > 0):
            time.sleep(0.005)
        return process

    def run(self, *words, text=None):
        more = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
        return subprocess.run(self.words(*words), cwd=self.work, timeout=120,
                              capture_output=True, text=True, check=False, **more)

    def check(self, good, what, result=None):
        detail = f": {result.stdout!r} {result.stderr[-300:]!r} {result.returncode}" \
            if result else ""
        self.count.check(good, f"{self.name}: {what}{detail}")

    def stopped_by(self, trigger, result):
        return result.returncode == STOPPED and f"({trigger})" in result.stderr

    def path(self, name):
        return os.path.join(self.work, name)


def arm(trigger):
    return ["--trigger", trigger, "--snapshot-exit-code", str(STOPPED)]


def check_simple(runner):
    """Triggers that stop a computing guest, which is then continued."""
    whole = runner.run("work.wasm", "--app-args", "200").stdout
    runner.check(len(whole) == 9, "a whole run")
    for trigger in ("timer:20", "timer:after=20,clock=wall", "timer:every=20",
                    "call:step", "call:step,nth=50", "call:function=step,every=7",
                    "call:wasi:fd_write", "call:wasi:fd_write,nth=3", "budget:1000000",
                    "start"):
        result = runner.run("work.wasm", "--app-args", "200", *arm(trigger))
        runner.check(runner.stopped_by(trigger.split(":")[0], result), trigger, result)
        result = runner.run("work.wasm", "--restore", "checkpoint.bin")
        runner.check(result.stdout == whole and not result.returncode,
                     f"{trigger}: continued", result)
    # The n-th call, and the same function again in the run that is continued.
    result = runner.run("work.wasm", "--app-args", "200", *arm("call:step,nth=50"))
    shown = runner.tool("snapshot", "info", "checkpoint.bin", "work.wasm").stdout
    runner.check(re.search(r" 0 step ", shown), f"call: stands in step: {shown}")
    parts = 1
    while result.returncode == STOPPED and parts < 20:
        result = runner.run("work.wasm", "--restore", "checkpoint.bin",
                            *arm("call:step,nth=50"))
        parts += 1
    runner.check(parts == 5 and result.stdout == whole, f"call: {parts} parts of 50", result)


def check_file(runner):
    """Triggers that look for a file: the request is honoured and removed."""
    whole = runner.run("work.wasm", "--app-args", "3000").stdout
    triggers = ["file"]
    if runner.name in ("native", "node, threads"):
        triggers.append("thread")
    for trigger in triggers:
        process = runner.start_work("--app-args", "3000", *arm(f"{trigger}:please"))
        open(runner.path("please"), "wb").close()
        output, errors = process.communicate(timeout=60)
        runner.check(process.returncode == STOPPED and f"({trigger})" in errors,
                     f"{trigger}: {output} {errors[-300:]}")
        runner.check(not os.path.exists(runner.path("please")), f"{trigger}: the file is removed")
        result = runner.run("work.wasm", "--restore", "checkpoint.bin", *arm(f"{trigger}:please"))
        runner.check(result.stdout == whole, f"{trigger}: continued", result)


# What a host may do with thread-spawn: refuse, or promise and not run the thread.
DRIVER = """
import { readFile } from 'node:fs/promises';
import { importsOf, makeWasi } from '%s';
const words = process.argv.slice(2);
const answer = Number(words.shift());
const wasi = makeWasi(words, { '.': '.' });
const memory = new WebAssembly.Memory({ initial: 256, maximum: 65536, shared: true });
const { instance } = await WebAssembly.instantiate(await readFile(words[0]), {
  wasi_snapshot_preview1: importsOf(wasi), env: { memory },
  wasi: { 'thread-spawn': () => answer } });
process.exit(wasi.start(instance));
"""


def check_thread(runner):
    """Builds and hosts without threads say so, and do not hang."""
    if runner.name == "native":
        result = runner.run("work.wasm", "--trigger", "thread", "--trigger", "thread")
        runner.check("thread: can be given once only" in result.stderr, "thread twice", result)
        return
    if runner.name != "node, threads":
        result = runner.run("work.wasm", "--trigger", "thread")
        runner.check(result.returncode in (64, 1) and "this build has no threads" in
                     result.stderr, "thread: refused", result)
        return
    with open(runner.path("driver.mjs"), "w", encoding="utf-8") as file:
        file.write(DRIVER % os.path.join(runners.SRCDIR, "hosts", "wasi-imports.mjs"))
    for answer, text in (("-6", "the host starts no thread (-6)"),
                         ("1", "the host's thread does not run")):
        result = subprocess.run([runner.command[0][0], "--no-warnings", "driver.mjs", answer,
                                 runner.command[0][2], "work.wasm", "--cr"], cwd=runner.work,
                                timeout=60, capture_output=True, text=True, check=False)
        runner.check(result.returncode == 64 and text in result.stderr,
                     f"thread-spawn gives {answer}", result)


def check_hostcall(runner):
    result = runner.run("asks.wasm", "--invoke", "ask", "--params", "9")
    runner.check(result.stdout == "-991\n", "hostcall: not armed", result)
    result = runner.run("asks.wasm", "--invoke", "ask", "--params", "9", "--trigger", "hostcall",
                        "--leave-running")
    runner.check(result.stdout == "9\n", "hostcall: goes on", result)
    result = runner.run("asks.wasm", "--restore", "checkpoint.bin", "--trigger", "hostcall")
    runner.check(result.stdout == "1009\n", "hostcall: restored", result)
    result = runner.run("asks.wasm", "--invoke", "ask", "--params", "9", *arm("hostcall"))
    runner.check(runner.stopped_by("hostcall", result) and not result.stdout,
                 "hostcall: stops", result)
    result = runner.run("asks.wasm", "--restore", "checkpoint.bin")
    runner.check(result.stdout == "1009\n", "hostcall: restored after the stop", result)
    result = runner.run("asks.wasm", "--invoke", "ask", "--params", "9", "--trigger", "hostcall",
                        "--snapshot-output", "no/such/file")
    runner.check(result.stdout == "-991\n" and "the guest goes on" in result.stderr,
                 "hostcall: a failed snapshot", result)


def check_trap(runner):
    result = runner.run("traps.wasm", "--invoke", "run", "--trigger", "trap")
    runner.check(result.returncode in (134, 1) and "(trap)" in result.stderr and
                 "integer divide by zero" in result.stderr, "trap", result)
    shown = runner.tool("snapshot", "info", "checkpoint.bin", "traps.wasm").stdout
    frames = re.findall(r"^ +\d+ (\w+) +0x", shown, re.M)
    runner.check(frames == ["divide", "middle", "run"] and
                 "trap         integer divide by zero" in shown, f"trap: {shown}")
    dump = runner.tool("snapshot", "show", "checkpoint.bin", "traps.wasm").stdout
    runner.check(re.search(r"local +0  i32 +9\n +local +1  i32 +0\n", dump),
                 f"trap: locals of the innermost frame: {dump}")
    where = re.search(r"divide +(0x[0-9a-f]+)", shown)
    with open(runner.path("traps.wasm"), "rb") as file:
        code = file.read()
    runner.check(where and code[int(where[1], 16)] == 0x6e, "trap: at i32.div_u")
    result = runner.run("traps.wasm", "--restore", "checkpoint.bin")
    runner.check(result.returncode == 74 and "not continued" in result.stderr,
                 "trap: cannot be continued", result)


def check_start(runner):
    whole = runner.run("work.wasm", "--app-args", "20").stdout
    runner.run("work.wasm", "--app-args", "20", "--trigger", "start", "--snapshot-output", "s")
    result = runner.run("work.wasm", "--restore", "s", *arm("start"))
    runner.check(result.stdout == whole, "start: does not fire again", result)
    result = runner.tool("snapshot", "to-wasm", "work.wasm", "s", "-o", "warm.wasm")
    runner.check(result.returncode == 0, "start: to-wasm needs no --force", result)
    result = runner.run("warm.wasm", "--app-args", "20")
    runner.check(result.stdout == whole, "start: the frozen module runs", result)


def check_waiting(runner):
    """A wait is interrupted; who continues waits for the rest, and only for the rest."""
    # The guest itself tells a wait that began anew: 4.5 s, and more than 1.3 s too long.
    result = runner.run("waits.wasm", "--app-args", "3000", *arm("timer:1500"))
    runner.check(runner.stopped_by("timer", result) and not result.stdout,
                 "a sleep is interrupted", result)
    shown = runner.tool("snapshot", "info", "checkpoint.bin", "waits.wasm").stdout
    runner.check("waits in" in shown, f"info of a waiting guest: {shown}")
    shutil.copy(runner.path("checkpoint.bin"), runner.path("waits.bin"))
    began = time.monotonic()
    result = runner.run("waits.wasm", "--restore", "waits.bin")
    taken = time.monotonic() - began
    runner.check(result.stdout == "slept\n" and taken > 1,
                 f"the rest of a sleep took {taken:.2f} s", result)
    # Again and again: the parts add up.
    result, parts, began = runner.run("waits.wasm", "--app-args", "900", *arm("timer:200")), 1, 0
    while result.returncode == STOPPED and parts < 20:
        result = runner.run("waits.wasm", "--restore", "checkpoint.bin", *arm("timer:200"))
        parts += 1
    runner.check(result.stdout == "slept\n" and 2 <= parts <= 7, f"a sleep in {parts} parts",
                 result)
    # The snapshot is taken in the midst, and the guest goes on waiting.
    result = runner.run("waits.wasm", "--app-args", "600", "--trigger", "timer:every=150",
                        "--leave-running")
    runner.check(result.stdout == "slept\n" and result.stderr.count("written") >= 2,
                 "snapshots in the midst of a sleep", result)
    # idle fires when the wait begins, and not again for the same wait.
    result = runner.run("waits.wasm", "--app-args", "300", *arm("idle"))
    runner.check(runner.stopped_by("idle", result), "idle", result)
    result = runner.run("waits.wasm", "--restore", "checkpoint.bin", *arm("idle"))
    runner.check(result.stdout == "slept\n" and result.returncode == 0,
                 "idle: the same wait goes on", result)
    result = runner.run("waits.wasm", "--app-args", "1", *arm("call:wasi:poll_oneoff"))
    runner.check(runner.stopped_by("call", result), "call:wasi:poll_oneoff", result)
    result = runner.run("waits.wasm", "--restore", "checkpoint.bin",
                        *arm("call:wasi:poll_oneoff"))
    runner.check(result.stdout == "slept\n", "call: the same call goes on", result)


def check_reading(runner):
    """A read that waits is interrupted; who continues reads what then comes."""
    process = runner.start("waits.wasm", "--app-args", "0 read", *arm("timer:400"),
                           stdin=subprocess.PIPE)
    try:
        output, errors = process.stdout.read(), process.stderr.read()
        status = process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors, status = "", "does not end", -1
    process.stdin.close()
    runner.check(status == STOPPED and output == "slept\n" and "(timer)" in errors,
                 f"a read is interrupted: {output!r} {errors[-300:]!r}")
    result = runner.run("waits.wasm", "--restore", "checkpoint.bin", text="a line\n")
    runner.check(result.stdout == "read a line\n", "the read goes on elsewhere", result)
    process = runner.start("waits.wasm", "--app-args", "0 read", *arm("idle"),
                           stdin=subprocess.PIPE)
    output, errors = process.stdout.read(), process.stderr.read()
    runner.check(process.wait(timeout=20) == STOPPED and "(idle)" in errors,
                 f"idle in a read: {errors[-300:]}")
    process.stdin.close()


def check_signal(runner):
    if runner.name != "native":
        result = runner.run("work.wasm", "--trigger", "signal")
        runner.check(result.returncode in (64, 1) and "a Wasm build has no signals" in
                     result.stderr, "signal: refused", result)
        return
    whole = runner.run("work.wasm", "--app-args", "3000").stdout
    process = runner.start_work("--app-args", "3000", "--trigger", "signal")
    process.send_signal(signal.SIGUSR1)
    output, errors = process.communicate(timeout=60)
    runner.check(output == whole and "(signal)" in errors, f"SIGUSR1 goes on: {errors[-300:]}")
    result = runner.run("work.wasm", "--restore", "checkpoint.bin", "--on-changed-file",
                        "truncate")
    runner.check(result.stdout == whole, "SIGUSR1: continued", result)
    process = runner.start_work("--app-args", "3000", *arm("signal"), "--leave-running")
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=60)
    runner.check(output == "" and process.returncode == STOPPED, f"SIGTERM stops: {errors[-300:]}")
    result = runner.run("work.wasm", "--restore", "checkpoint.bin")
    runner.check(result.stdout == whole, "SIGTERM: continued", result)
    # It ends a wait at once.
    process = runner.start("waits.wasm", "--app-args", "30000", *arm("signal"))
    time.sleep(0.3)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=20)
    runner.check(process.returncode == STOPPED and time.monotonic() - began < 10,
                 f"SIGTERM in a sleep: {errors[-300:]}")
    # A failed snapshot: the guest goes on, the second SIGTERM ends it.
    process = runner.start("waits.wasm", "--app-args", "30000", *arm("signal"),
                           "--snapshot-output", "no/such/file")
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    running = process.poll() is None
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=20)
    runner.check(running and process.returncode == -signal.SIGTERM,
                 f"SIGTERM with a failed snapshot: {errors[-300:]}")


def check_periodic(runner):
    """Numbered files; after kill -9 the newest one restores."""
    log = runner.path("log.txt")
    if os.path.exists(log):
        os.remove(log)
    whole = runner.run("work.wasm", "--app-args", "4000").stdout
    with open(log, encoding="utf-8") as file:
        wanted = file.read()
    for delay in (0.25, 0.4, 0.7):
        for path in glob.glob(runner.path("ckpt-*.bin")) + [log]:
            os.remove(path)
        process = runner.start("work.wasm", "--app-args", "4000", "--trigger", "timer:every=20",
                               "--snapshot-output", "ckpt-%n.bin", "--snapshot-keep", "3")
        # From the first complete snapshot on, at any moment.
        while not os.path.exists(runner.path("ckpt-1.bin")) and process.poll() is None and \
                not glob.glob(runner.path("ckpt-*.bin")):
            time.sleep(0.01)
        time.sleep(delay)
        process.kill()
        process.communicate()
        files = glob.glob(runner.path("ckpt-*.bin"))
        runner.check(1 <= len(files) <= 4, f"kept: {sorted(os.path.basename(f) for f in files)}")
        result = runner.run("work.wasm", "--restore", "ckpt-%n.bin", "--on-changed-file",
                            "truncate")
        runner.check(result.stdout == whole, f"after kill -9 at {delay} s", result)
        with open(log, encoding="utf-8") as file:
            runner.check(file.read() == wanted, "its file is that of a whole run")
    result = runner.run("work.wasm", "--restore", "ckpt-%n.bin", "--on-changed-file", "truncate",
                        "--trigger", "budget:1", "--snapshot-output", "ckpt-%n.bin")
    last = max(int(re.search(r"-(\d+)", os.path.basename(f))[1]) for f in files)
    runner.check(os.path.exists(runner.path(f"ckpt-{last + 1}.bin")) and result.stdout == whole,
                 "numbers go on", result)


def check_errors(runner):
    for words, text in (
            (["--trigger", "tmer:5"], 'unknown trigger "tmer" (did you mean timer?) (have: '),
            (["--trigger", "timer:evry=5"],
             'timer: unknown option "evry" (did you mean every?) (has: after, every, clock)'),
            (["--trigger", "timer"], "timer: say after how many milliseconds"),
            (["--trigger", "timer:5,clock=sun"], 'timer: clock: unknown "sun"'),
            (["--trigger", "budget:0"], "budget: after: instructions are counted from 1"),
            (["--trigger", "budget:99999999999999999999"], "is not a number from 0 to"),
            (["--trigger", "budget"], "budget: say after how many instructions"),
            (["--trigger", "call"], "call: say which function"),
            (["--trigger", "call:nothing"], 'call: the module has no function "nothing"'),
            (["--trigger", "call:#9999"], 'call: the module has no function "#9999"'),
            (["--trigger", "call:step,nth=0"], "call: nth: calls are counted from 1"),
            (["--trigger", "call:wasi:fd_reed"], "call: WASI has no function"),
            (["--trigger", "idle:0"], "idle: nth: waits are counted from 1"),
            (["--trigger", "start:5"], "start takes no arguments"),
            (["--trigger", "file:no/such/dir/please"], "file: no/such/dir/please: cannot be"),
            (["--trigger", "timer:5", "--snapshot-keep", "3"], "needs a --snapshot-output with %n"),
            (["--trigger", "timer:5", "--snapshot-output", "a%n%n"], "one %n only"),
            (["--triger", "timer:5"], "did you mean trigger?")):
        result = runner.run("work.wasm", *words)
        runner.check(result.returncode in (64, 1) and text in result.stderr and
                     result.stderr.count("\n") <= (1 if runner.name == "native" else 30),
                     f"{words}", result)


CHECKS = (check_simple, check_file, check_thread, check_hostcall, check_trap, check_start, check_waiting,
          check_reading, check_signal, check_periodic, check_errors)


def main():
    runners.need("CHIWAWA", "GUEST_CC", "WASM_TOOLS")
    work = os.path.abspath("triggers.work")
    os.makedirs(work, exist_ok=True)
    for source in glob.glob(os.path.join(HERE, "*.c")) + glob.glob(os.path.join(HERE, "*.wat")):
        name = os.path.splitext(os.path.basename(source))[0]
        runners.compile_guest(source, os.path.join(work, name + ".wasm"))
    count = runners.Count()
    chosen = sys.argv[1:]
    for name, command in runners.commands().items():
        if name not in HOSTS or (set(chosen) & set(HOSTS) and name not in chosen):
            continue
        runner = Runner(name, command, work, count)
        for check in CHECKS:
            title = check.__name__[len("check_"):]
            if not set(chosen) - set(HOSTS) or title in chosen:
                check(runner)
    count.finish()


if __name__ == "__main__":
    main()
