"""large_module.py: a valid module of a given size, as a linker would make of many functions."""


def leb(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def section(number, payload):
    return bytes([number]) + leb(len(payload)) + payload


def body(index):
    """A loop over memory with branches, calls of the function before, and arithmetic: of the kinds
    of instructions that C compiles to, in about their proportions."""
    code = bytearray(b"\x01\x02\x7f")  # two locals of type i32
    code += b"\x03\x40"  # loop
    for k in range(8):
        code += b"\x20\x00\x41" + leb(8 * k & 63) + b"\x6a\x28\x02" + leb(index % 100 + k)
        code += b"\x21\x01\x20\x01\x41\x0f\x71\x45\x04\x40"  # local.set, and, eqz, if
        code += b"\x20\x00\x20\x01\x36\x02\x08\x05"  # store, else
        code += b"\x20\x02\x20\x01\x73\x41\x03\x74\x21\x02\x0b"  # xor, shl, local.set, end
    if index:
        code += b"\x20\x01\x10" + leb(index - 1) + b"\x1a"
    code += b"\x20\x00\x41\x01\x6b\x22\x00\x0d\x00\x0b\x20\x02\x0b"
    return leb(len(code)) + bytes(code)


def large_module(size):
    """Exports _start, which does nothing: what is measured is all before it."""
    bodies, total = [], 0
    while total < size:
        bodies.append(body(len(bodies)))
        total += len(bodies[-1])
    count = len(bodies)
    types = section(1, b"\x02\x60\x01\x7f\x01\x7f\x60\x00\x00")
    functions = section(3, leb(count + 1) + b"\x00" * count + b"\x01")
    memory = section(5, b"\x01\x00\x02")
    exports = section(7, b"\x02\x06memory\x02\x00\x06_start\x00" + leb(count))
    code = section(10, leb(count + 1) + b"".join(bodies) + b"\x02\x00\x0b")
    return b"\0asm\1\0\0\0" + types + functions + memory + exports + code
