#!/usr/bin/env python3
"""Snapshots read and written by Python's protobuf and msgpack packages.

What chiwawa writes, these libraries read; what they write again is the same bytes; and
a snapshot that they changed (its label, and then its checksum) chiwawa continues.
"""
import importlib
import io
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402

LABEL = "written by Python"


def package(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"skipped: no Python package {name}")
        sys.exit(runners.SKIPPED)


def protobuf_schema(work):
    package("google.protobuf")
    formats = os.path.join(runners.SRCDIR, "formats")
    try:
        subprocess.run(["protoc", f"--proto_path={formats}", f"--python_out={work}",
                        os.path.join(formats, "snapshot.proto")], check=True)
    except FileNotFoundError:
        print("skipped: no protoc")
        sys.exit(runners.SKIPPED)
    sys.path.insert(0, work)
    return importlib.import_module("snapshot_pb2")


def checksum(data):
    return package("xxhash").xxh3_128(data).digest()


def check_protobuf(count, data, schema):
    snapshot = schema.Snapshot()
    snapshot.ParseFromString(data)
    count.check(snapshot.header.magic == "chiwawa snapshot", "protobuf: magic")
    count.check(snapshot.execution.entry == "sum", "protobuf: entry")
    count.check(len(snapshot.execution.frames) == 1, "protobuf: frames")
    locals_ = snapshot.execution.frames[0].locals
    count.check(list(locals_.types) == [0x7e, 0x7e] and len(locals_.bits) == 2,
                "protobuf: locals")
    count.check(snapshot.SerializeToString() == data, "protobuf: written again is different")
    snapshot.about.label = LABEL
    snapshot.ClearField("end")
    body = snapshot.SerializeToString()
    snapshot.end.checksum = checksum(body)
    return snapshot.SerializeToString()


def check_msgpack(count, data):
    msgpack = package("msgpack")
    parts = list(msgpack.Unpacker(io.BytesIO(data), raw=False))
    lengths, maps = parts[0::2], parts[1::2]
    count.check(maps[0]["magic"] == "chiwawa snapshot", "msgpack: magic")
    execution = maps[2]
    count.check(execution["part"] == "execution" and execution["entry"] == "sum",
                "msgpack: entry")
    count.check([v[0] for v in execution["frames"][0]["locals"]] == ["i64", "i64"],
                "msgpack: locals")
    packed = [msgpack.packb(m, use_bin_type=True) for m in maps]
    count.check([len(p) for p in packed] == lengths, "msgpack: lengths")

    def join(items):
        return b"".join(msgpack.packb(len(p)) + p for p in items)

    count.check(join(packed) == data, "msgpack: written again is different")
    maps[1]["label"] = LABEL
    packed[1] = msgpack.packb(maps[1], use_bin_type=True)
    body = join(packed[:-1])
    maps[-1]["checksum"] = checksum(body)
    return body + join([msgpack.packb(maps[-1], use_bin_type=True)])


def main():
    runners.need("CHIWAWA", "WASM_TOOLS")
    work = os.path.abspath("formats.work")
    os.makedirs(work, exist_ok=True)
    module = runners.compile_guest(os.path.join(runners.SRCDIR, "tests/cli/math.wat"),
                                   os.path.join(work, "math.wasm"))
    schema = protobuf_schema(work)
    package("msgpack")
    package("xxhash")
    count = runners.Count()
    for name, command in runners.commands().items():
        if name not in ("native", "wasmtime"):
            continue

        def run(*words):
            return subprocess.run(command[0] + list(words), cwd=work, capture_output=True,
                                  text=True, check=False)

        for form in ("protobuf", "msgpack"):
            run(os.path.basename(module), "--invoke", "sum", "--params", "1000", "--trigger",
                "budget:3000", "--snapshot-format", form, "--snapshot-output", "first")
            with open(os.path.join(work, "first"), "rb") as file:
                data = file.read()
            changed = check_protobuf(count, data, schema) if form == "protobuf" \
                else check_msgpack(count, data)
            with open(os.path.join(work, "changed"), "wb") as file:
                file.write(changed)
            result = run("snapshot", "info", "changed")
            count.check(LABEL in result.stdout, f"{name}, {form}: {result.stderr}")
            result = run("math.wasm", "--restore", "changed")
            count.check(result.stdout == "500500\n", f"{name}, {form}: {result.stderr}")
    count.finish()


if __name__ == "__main__":
    main()
