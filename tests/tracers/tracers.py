#!/usr/bin/env python3
"""Tracers: what they show, that their counts are right, and that counts survive moves."""
import collections
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
STOPPED = 99
COUNTING = ("opcodes", "calls", "loops", "branches", "coverage", "folded", "callgrind",
            "speedscope", "chrome", "memory")


def check_known(count, run):
    """Counts that follow from the text of counts.wat, for n = 10."""
    result = run("counts.wasm", "--invoke", "sum", "--params", "10", "--tracer", "opcodes",
                 "--tracer", "calls:output=calls", "--tracer", "loops:output=loops",
                 "--tracer", "branches:output=branches")
    ops = dict((name, int(number)) for number, name in re.findall(
        r"^ +(\d+) +[\d.]+%  ([a-z0-9_.]+)$", result.stderr.split("by function")[0], re.M))
    # 5 times double, 5 times square; 8 of 1..10 are no multiple of 4.
    for name, wanted in (("i32.mul", 10), ("call_indirect", 10), ("call", 10), ("if", 10),
                         ("i32.store", 8), ("nop", 2), ("br_if", 10), ("local.tee", 10),
                         ("i32.sub", 10), ("i32.add", 10), ("i32.and", 20)):
        count.check(ops.get(name) == wanted, f"opcodes: {name}: {ops.get(name)}, not {wanted}")
    total = int(re.search(r"^ +(\d+) +instructions$", result.stderr, re.M)[1])
    count.check(total == sum(ops.values()), "opcodes: the total")

    def read(name):
        with open(os.path.join(run.work, name), encoding="utf-8") as file:
            return file.read()
    count.check(re.search(r"^ +10  step\n +10 from sum\n", read("calls"), re.M) and
                re.search(r"^ +5  double\n +5 indirect or from outside", read("calls"), re.M) and
                re.search(r"^ +1  sum\n +1 indirect", read("calls"), re.M),
                f"calls: {read('calls')}")
    count.check(re.search(r"^ +10  0x\w+  sum\n", read("loops"), re.M), f"loops: {read('loops')}")
    rows = re.findall(r"^ +(\d+) +(\d+) +[\d.]+%  0x\w+  (\w+)", read("branches"), re.M)
    count.check(sorted(rows) == [("10", "8", "if"), ("10", "9", "br_if")], f"branches: {rows}")
    result = run("counts.wasm", "--invoke", "sum", "--params", "10", "--tracer",
                 "calls:dot,output=dot")
    count.check(read("dot").startswith("digraph calls {") and "label=\"10\"" in read("dot"), "dot")


def check_independent(count, run, work):
    """The same counts by other ways: the budget, one line an instruction, wabt."""
    words = ["work.wasm", "--app-args", "3"]
    result = run(*words, "--tracer", "opcodes:output=ops", "--tracer", "jsonl:output=lines",
                 "--stats=json", "--trigger", "budget:1000000000000")
    stats = json.loads(result.stderr.splitlines()[-1])
    with open(os.path.join(work, "ops"), encoding="utf-8") as file:
        text = file.read()
    total = int(re.search(r"^ +(\d+) +instructions$", text, re.M)[1])
    ops = {name: int(number) for number, name in re.findall(
        r"^ +(\d+) +[\d.]+%  (\S+)$", text.split("by function")[0], re.M)}
    lines = collections.Counter()
    with open(os.path.join(work, "lines"), encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            if found.get("op") not in (None, "loop", "end"):  # those do not execute
                lines[found["op"]] += 1
    count.check(lines == ops, "opcodes and jsonl agree for each instruction")
    # proc_exit ends the guest inside a stretch of its callers.
    count.check(total == sum(lines.values()) == stats["instructions"] ==
                stats["instructions_charged"],
                f"total {total}, lines {sum(lines.values())}, charged {stats['instructions']}")
    interp = shutil.which("wasm-interp")
    if interp is None:
        print("no wasm-interp: not compared with wabt")
        return
    trace = subprocess.run([interp, "counts.wasm", "--trace", "--run-all-exports"], cwd=work,
                           capture_output=True, text=True, check=False).stdout
    traced = collections.Counter(re.findall(r"\| ([a-z0-9_.]+)", trace))
    result = run("counts.wasm", "--invoke", "ten", "--tracer", "opcodes")
    for name in ("i32.mul", "i32.sub", "i32.add", "i32.store", "call_indirect", "i32.and", "call"):
        found = re.search(rf"^ +(\d+) +[\d.]+%  {re.escape(name)}$", result.stderr, re.M)
        count.check(found and int(found[1]) == traced[name],
                    f"{name}: {found and found[1]}, wabt has {traced[name]}")


def check_moves(count, commands, work):
    """A profile that was begun under one host and finished under another."""
    for tracer in COUNTING:
        whole = os.path.join(work, "whole.txt")
        words = ["work.wasm", "--app-args", "30"]

        def part(name, options):
            command = commands[name]
            return subprocess.run(command[0] + ["work.wasm"] + command[1] + options, cwd=work,
                                  capture_output=True, text=True, check=False,
                                  stdin=subprocess.DEVNULL, timeout=120)
        part("native", words[1:] + ["--tracer", f"{tracer}:output=whole.txt"])
        names = [n for n in ("native", "wasmtime", "node", "wazero") if n in commands]
        options, parts, forms = words[1:], 0, ("raw", "protobuf", "msgpack")
        while parts < 30:
            result = part(names[parts % len(names)], options + [
                "--tracer", f"{tracer}:output=parts.txt", "--trigger", "budget:1300000",
                "--snapshot-format", forms[parts % 3], "--snapshot-exit-code", str(STOPPED)])
            parts += 1
            options = ["--restore", "checkpoint.bin"]
            if result.returncode != STOPPED:
                break
        with open(whole, encoding="utf-8") as a, \
                open(os.path.join(work, "parts.txt"), encoding="utf-8") as b:
            count.check(a.read() == b.read() and result.returncode == 0 and parts > 5,
                        f"{tracer}: {parts} parts on {names}: {result.stderr[-300:]}")
    # A run without tracers carries the counts on.
    words = ["--tracer", "loops:output=parts.txt"]
    part("native", ["--app-args", "30", "--trigger", "budget:1300000"] + words)
    part("native", ["--restore", "checkpoint.bin", "--trigger", "budget:1"])
    shown = subprocess.run(commands["native"][0] + ["snapshot", "info", "checkpoint.bin"], cwd=work,
                           capture_output=True, text=True, check=False).stdout
    count.check(re.search(r"part +profile: \d+ bytes", shown), f"the part is kept: {shown}")
    result = part("native", ["--restore", "checkpoint.bin", "--tracer", "opcodes:output=o"])
    count.check("counts begin here" in result.stderr, f"other counts: {result.stderr}")


def check_coverage(count, run, work):
    run("counts.wasm", "--invoke", "sum", "--params", "10", "--tracer", "coverage:output=c.info")
    with open(os.path.join(work, "c.info"), encoding="utf-8") as file:
        text = file.read()
    count.check("FNDA:10,step\n" in text and "FNDA:0,ten\n" in text and "FNH:4\n" in text,
                "coverage: functions")
    if shutil.which("lcov") is None:
        print("no lcov: not read by it")
        return
    result = subprocess.run(["lcov", "--summary", "c.info"], cwd=work, capture_output=True,
                            text=True, check=False)
    found = re.search(r"LF:(\d+)\nLH:(\d+)", text)
    count.check(result.returncode == 0 and f"({found[2]} of {found[1]} lines)" in
                result.stdout + result.stderr and "(4 of 5 functions)" in
                result.stdout + result.stderr, f"lcov: {result.stdout} {result.stderr}")


def check_paths(count, run, work):
    """Paths of calls: sums, exact weights, and tools that read them."""
    run("counts.wasm", "--invoke", "sum", "--params", "10", "--tracer", "folded:output=f",
        "--tracer", "callgrind:output=callgrind.out", "--tracer", "speedscope:output=s.json",
        "--tracer", "opcodes:output=ops")
    with open(os.path.join(work, "ops"), encoding="utf-8") as file:
        text = file.read()
    total = int(re.search(r"^ +(\d+) +instructions$", text, re.M)[1])
    functions = dict((name, int(number)) for number, name in re.findall(
        r"^ +(\d+) +[\d.]+%  (\S+)$", text.split("by function")[1], re.M))
    with open(os.path.join(work, "f"), encoding="utf-8") as file:
        stacks = dict(line.rsplit(" ", 1) for line in file.read().splitlines())
    count.check(stacks == {"sum": str(functions["sum"]), "sum;step": str(functions["step"]),
                           "sum;step;double": "15", "sum;step;square": "15"},
                f"folded: {stacks}")
    with open(os.path.join(work, "s.json"), encoding="utf-8") as file:
        scope = json.load(file)
    profile = scope["profiles"][0]
    names = [frame["name"] for frame in scope["shared"]["frames"]]
    shown = {";".join(names[f] for f in stack): str(weight)
             for stack, weight in zip(profile["samples"], profile["weights"])}
    count.check(shown == stacks and profile["endValue"] == total, f"speedscope: {shown}")
    run("counts.wasm", "--invoke", "sum", "--params", "10", "--tracer", "chrome:output=t.json")
    with open(os.path.join(work, "t.json"), encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    spans = {event["name"]: event for event in events if event["ph"] == "X"}
    count.check(spans["sum"]["dur"] == total and spans["sum"]["ts"] == 0 and
                spans["double"]["args"] == {"calls": 5, "self": 15} and
                all(spans["step"]["ts"] <= spans[name]["ts"] and
                    spans[name]["ts"] + spans[name]["dur"] <=
                    spans["step"]["ts"] + spans["step"]["dur"] for name in ("double", "square")),
                f"chrome: {events}")
    result = run("counts.wasm", "--invoke", "sum", "--params", "10", "--tracer", "memory")
    count.check(re.search(r"^0x00000000 +0 +8 #{40}$", result.stderr, re.M),
                f"memory: {result.stderr}")
    result = run("counts.wasm", "--invoke", "sum", "--params", "10", "--stats=json")
    stats = json.loads(result.stderr)
    count.check(stats["instructions"] == total and stats["calls"] == 21 and
                stats["deepest_calls"] == 3 and stats["instructions_store"] == 8 and
                stats["opcodes"]["i32.mul"] == 10, f"--stats: {stats}")
    run("work.wasm", "--app-args", "200", "--tracer", "folded:weight=time,output=t")
    with open(os.path.join(work, "t"), encoding="utf-8") as file:
        times = dict(line.rsplit(" ", 1) for line in file.read().splitlines())
    most = max(times, key=lambda path: int(times[path]))
    count.check(most.endswith(";step") and 1e6 < int(times[most]) < 60e9 and
                sum(map(int, times.values())) < 1.2 * int(times[most]), f"by time: {most}")
    result = run("work.wasm", "--tracer", "folded:weight=time", "--tracer", "chrome")
    count.check(result.returncode == 64 and "either by time or by" in result.stderr,
                f"two weights: {result.stderr}")
    result = run("work.wasm", "--tracer", "folded:weight=mass")
    count.check(result.returncode == 64 and "weight" in result.stderr, result.stderr)
    if shutil.which("callgrind_annotate") is None:
        print("no callgrind_annotate: not read by it")
        return
    result = subprocess.run(["callgrind_annotate", "--inclusive=yes", "callgrind.out"], cwd=work,
                            capture_output=True, text=True, check=False)
    number = f"{total:,}"
    count.check(result.returncode == 0 and
                re.search(rf"^ *{number} \(100.0%\) .*sum", result.stdout, re.M) and
                re.search(r"^ *15 \( *[\d.]+%\) .*double", result.stdout, re.M),
                f"callgrind_annotate: {result.stdout} {result.stderr}")


def check_filters(count, run):
    def lines(*words):
        return run("counts.wasm", "--invoke", "sum", "--params", "10", "--trace",
                   *words).stderr.splitlines()
    shown = lines("--trace-filter", "func=s*")
    count.check(shown and all(re.match(r"s(um|quare|tep)#", line) for line in shown), "func=s*")
    # Three instructions and an end, five times each.
    count.check(len(lines("--trace-filter", "func=#0..1")) == 10 * 4, "func=#0..1")
    shown = lines("--trace-filter", "op=i32.m*")
    count.check(len(shown) == 10 and "i32.mul" in shown[0], f"op=i32.m*: {shown}")
    every = lines()
    count.check(lines("--trace-filter", "after=5,limit=3") == every[5:8], "after and limit")
    for words, text in ((["--trace-filter", "func=nothing"], "no function matches"),
                        (["--trace-filter", "op=nothing"], "no instruction matches"),
                        (["--trace-filter", "fnc=a"], "not func=GLOB"),
                        (["--trace-filter", "after=x"], "not func=GLOB"),
                        (["--tracer", "opcods"], "did you mean opcodes?"),
                        (["--tracer", "opcodes:output=no/dir"], "cannot create"),
                        (["--tracer", "calls:png"], 'unknown "png" (table, dot)')):
        result = run("counts.wasm", "--invoke", "sum", "--params", "3", "--trace", *words)
        count.check(text in result.stderr and result.returncode in (64, 74), f"{words}: "
                    f"{result.stderr[-300:]}")
    result = run("counts.wasm", "--invoke", "sum", "--params", "3", "--tracer",
                 "jsonl:output=/dev/full")
    count.check(result.returncode == 0 and result.stdout and
                result.stderr.count("cannot write") == 1, f"a full disk: {result.stderr}")


def check_golden(count, run, work):
    """Whole outputs, as they were when somebody looked at them; --rebase writes them anew."""
    folder = os.path.join(HERE, "golden")
    rebase = "--rebase" in sys.argv
    os.makedirs(folder, exist_ok=True)
    for tracer in ("text",) + COUNTING + ("jsonl", "calls:dot"):
        name = tracer.replace(":", "-")
        run("counts.wasm", "--invoke", "sum", "--params", "4", "--tracer",
            f"{tracer}{',' if ':' in tracer else ':'}output={name}", "--trace-resource",
            "stack,locals,memory,pc")
        path = os.path.join(folder, name + ".txt")
        if rebase:
            shutil.copy(os.path.join(work, name), path)
            continue
        with open(os.path.join(work, name), encoding="utf-8") as a, \
                open(path, encoding="utf-8") as b:
            count.check(a.read() == b.read(), f"golden: {name} (tracers.py --rebase)")


def check_events(count, run, work):
    """Each kind of event, and what is said of it."""
    def events(kind, *words):
        run(*words, "--tracer", "jsonl:output=e", "--trace-events", kind)
        with open(os.path.join(work, "e"), encoding="utf-8") as file:
            return [e for e in map(json.loads, file) if "op" in e]
    words = ["counts.wasm", "--invoke", "sum", "--params", "10"]
    found = events("call", *words)
    count.check([e["callee"] for e in found if e["op"] == "call_indirect"] == [0, 1] * 5 and
                [e["callee"] for e in found if e["op"] == "call"] == [2] * 10,
                f"calls: {found[:4]}")
    found = events("loop", *words)
    count.check(len(found) == 10 and found[0]["op"] == "loop", f"loop: {found[:2]}")
    found = events("return", *words)
    count.check(len(found) == 21 and found[-1]["name"] == "sum", f"return: {len(found)}")
    found = events("branch", *words)
    count.check([e["condition"] for e in found if e["op"] == "br_if"] == [True] * 9 + [False],
                f"branch: {found[:4]}")
    loop = events("loop", *words)[0]["offset"]
    count.check({e["target"] for e in found if e["op"] == "br_if"} == {loop},
                f"target: {found[:4]}, loop at {loop}")
    check_targets(count, run, work)
    found = events("store", *words)
    count.check(found[0]["value"] == "0xa" and found[0]["address"] == 8 and
                found[0]["size"] == 4 and len(found) == 8, f"store: {found[:2]}")
    found = [e for e in events("other,after", *words) if e["op"] == "i32.mul"]
    count.check([e["stack"][-1] for e in found if e.get("after")] ==
                [hex(n * n if n % 2 else 2 * n) for n in range(10, 0, -1)] and len(found) == 20,
                f"after: {found[:3]}")
    words = ["data.wasm", "--invoke", "work", "--params", "3"]
    found = events("global,table,grow", *words)
    count.check([(e["op"], e.get("global")) for e in found] ==
                [("global.set", 0)] * 3 + [("table.init", None), ("global.set", 2)],
                f"global, table: {found}")
    found = events("load", *words)
    count.check([e["value"] for e in found] == ["0x7"] * 3, f"load: {found}")


def check_targets(count, run, work):
    """Where each kind of branch says that it goes is where the next instruction is."""
    source = os.path.join(HERE, "targets.wat")
    runners.compile_guest(source, os.path.join(work, "targets.wasm"))
    with open(os.path.join(work, "targets.wasm"), "rb") as file:
        module = file.read()
    for value in range(6):
        run("targets.wasm", "--invoke", "f", "--params", str(value), "--tracer",
            "jsonl:output=e")
        with open(os.path.join(work, "e"), encoding="utf-8") as file:
            found = [e for e in map(json.loads, file) if "op" in e]
        taken = 0
        for this, after in zip(found, found[1:]):
            if "target" not in this or this.get("condition") is (this["op"] == "if"):
                continue
            taken += 1
            # An `end` between them is structure, and does not execute.
            count.check(set(module[this["target"]:after["offset"]]) <= {0x0b} and
                        this["target"] <= after["offset"], f"f({value}): {this}, then {after}")
        count.check(taken >= 2, f"f({value}): {taken} branches")


def check_jq(count, run, work):
    """All that claims to be JSON, read by jq."""
    if shutil.which("jq") is None:
        print("no jq: not read by it")
        return
    run("work.wasm", "--app-args", "3", "--tracer", "jsonl:output=q.jsonl", "--tracer",
        "speedscope:output=q.scope", "--tracer", "chrome:output=q.chrome", "--tracer",
        "stats:json,output=q.stats", "--trace-resource", "stack,locals,memory,pc")
    for name, question, wanted in (
            ("q.jsonl", 'select(.name == "fd_write" and .text) | .text | startswith("fd_write(")',
             "true"),
            ("q.jsonl", 'select(.op == "i32.store" and .address == null)', ""),
            ("q.scope", '.profiles[0] | (.weights | add) == .endValue', "true"),
            ("q.chrome", '.traceEvents | map(select(.ph == "X")) | length > 5', "true"),
            ("q.stats", '.instructions == ([.opcodes[]] | add)', "true"),
            ("q.stats", '.host_calls.fd_write.count > 0', "true")):
        result = subprocess.run(["jq", "-c", question, name], cwd=work, capture_output=True,
                                text=True, check=False)
        count.check(result.returncode == 0 and set(result.stdout.split()) == set(wanted.split()),
                    f"jq {question} {name}: {result.stdout[:200]} {result.stderr[:300]}")


def check_sections(count, run):
    """Sizes of the parts of the last snapshot: together the whole of it."""
    for form in ("raw", "protobuf", "msgpack"):
        result = run("work.wasm", "--app-args", "30", "--trigger", "budget:1000000", "--stats=json",
                     "--snapshot-format", form, "--snapshot-output", "sections.bin")
        stats = json.loads(result.stderr.splitlines()[-1])
        parts = {key: stats[key] for key in stats
                 if re.fullmatch(r"snapshot_\w+_bytes", key)}
        size = os.path.getsize(os.path.join(run.work, "sections.bin"))
        count.check(sum(parts.values()) == stats["snapshot_bytes"] == size and
                    parts["snapshot_chunk_bytes"] > 4096 and parts["snapshot_wasi_bytes"] > 50,
                    f"{form}: {parts}, {stats['snapshot_bytes']}, {size}")


def check_lines(count, run, work):
    """Lines of source from the guest's DWARF, by llvm-symbolizer."""
    if not shutil.which("llvm-symbolizer") and not shutil.which("llvm-symbolizer-19"):
        print("no llvm-symbolizer: no lines of source")
        return
    source = os.path.join(HERE, "..", "triggers", "work.c")
    compiler = runners.tool("GUEST_CC").split()
    for words in (["-O1", "-g", "-c", source, "-o", "lines.o"], ["lines.o", "-o", "lines.wasm"]):
        subprocess.run(compiler + words, cwd=work, check=True)
    run("lines.wasm", "--app-args", "20", "--tracer", "coverage:output=offsets.info")
    result = subprocess.run(
        [sys.executable, os.path.join(runners.SRCDIR, "tools", "coverage-lines"), "offsets.info",
         "lines.wasm"], cwd=work, capture_output=True, text=True, check=False)
    part = re.search(r"SF:\S*triggers/work.c\n(.*?)end_of_record", result.stdout, re.S)
    with open(source, encoding="utf-8") as file:
        text = file.read().splitlines()
    lines = dict(re.findall(r"DA:(\d+),(\d+)", part[1])) if part else {}
    for needle, wanted in (("1664525u", 20 * 50000), ("x = pointer(x)", 20), ("fflush", 2)):
        number = next(i for i, line in enumerate(text, 1) if needle in line)
        count.check(lines.get(str(number)) == str(wanted),
                    f"line {number}: {lines.get(str(number))}, not {wanted}: {result.stderr}")
    if shutil.which("genhtml"):
        with open(os.path.join(work, "work.info"), "w", encoding="utf-8") as file:
            file.write(f"TN:\nSF:{os.path.abspath(source)}\n{part[1]}end_of_record\n")
        result = subprocess.run(["genhtml", "-q", "work.info", "-o", "genhtml"], cwd=work,
                                capture_output=True, text=True, check=False)
        count.check(result.returncode == 0 and os.path.exists(
            os.path.join(work, "genhtml", "index.html")), f"genhtml: {result.stderr}")


def check_notes(count, run, work):
    """What is no instruction, in streams."""
    result = run("counts.wasm", "--invoke", "sum", "--params", "1000000000", "--tracer",
                 "jsonl:output=n", "--trace-filter", "limit=2", "--trigger", "budget:100000")
    result = run("counts.wasm", "--restore", "checkpoint.bin", "--tracer", "jsonl:output=m",
                 "--trace-filter", "limit=1", "--trigger", "budget:100000")
    lines = []
    for name in ("n", "m"):
        with open(os.path.join(work, name), encoding="utf-8") as file:
            lines += [json.loads(line) for line in file]
    kinds = [line.get("event", "instruction") for line in lines]
    count.check(kinds == ["instruction", "instruction", "snapshot", "restore", "instruction",
                          "snapshot"], f"notes: {kinds} {result.stderr}")
    result = run("work.wasm", "--app-args", "10", "--tracer", "jsonl", "--trace-filter", "limit=0")
    events = [json.loads(line) for line in result.stderr.splitlines()]
    count.check({"path_open", "fd_write"} <= {e.get("name") for e in events} and
                all(e["event"] in ("host", "exit") for e in events), f"host calls: {events[:3]}")


def check_strace(count, run):
    result = run("work.wasm", "--app-args", "10", "--tracer", "strace")
    for pattern in (r'path_open\(3, 0x1, "log.txt", .*\[4\]\) = 0 SUCCESS <0\.\d+>$',
                    r'fd_write\(4, \["10 [0-9a-f]{8}\\n".*\], \[12\]\) = 0 SUCCESS',
                    r"fd_prestat_get\(4, 0x[0-9a-f]+\) = 8 BADF",
                    r"args_sizes_get\(\[2\], \[13\]\) = 0 SUCCESS"):
        count.check(re.search(pattern, result.stderr, re.M), f"strace: {pattern}: {result.stderr}")


def main():
    runners.need("CHIWAWA", "GUEST_CC", "WASM_TOOLS")
    work = os.path.abspath("tracers.work")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    runners.compile_guest(os.path.join(HERE, "counts.wat"), os.path.join(work, "counts.wasm"))
    runners.compile_guest(os.path.join(HERE, "..", "cli", "data.wat"),
                          os.path.join(work, "data.wasm"))
    runners.compile_guest(os.path.join(HERE, "..", "triggers", "work.c"),
                          os.path.join(work, "work.wasm"))
    count = runners.Count()
    commands = runners.commands()

    def run(*words):
        native = commands["native"]
        return subprocess.run(native[0] + [words[0]] + native[1] + list(words[1:]), cwd=work,
                              capture_output=True, text=True, check=False, timeout=120)
    run.work = work
    check_known(count, run)
    check_independent(count, run, work)
    check_coverage(count, run, work)
    check_paths(count, run, work)
    check_filters(count, run)
    check_strace(count, run)
    check_notes(count, run, work)
    check_golden(count, run, work)
    check_events(count, run, work)
    check_jq(count, run, work)
    check_sections(count, run)
    check_lines(count, run, work)
    check_moves(count, commands, work)
    count.finish()


if __name__ == "__main__":
    main()
