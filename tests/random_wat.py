"""random_wat.py: random modules that compute: loops, branches, calls, memory, all number types.

What `wasm-tools smith` makes seldom loops; here each function does, so that there are
safepoints, and its expressions are of the kinds that the translator folds: constants added to
addresses, shifted indices, products, comparisons before branches, locals written while their
old values wait on the stack.
"""

INT_BINARY = ["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"]
COMPARE = ["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"]
FLOAT_BINARY = ["add", "sub", "mul", "div", "min", "max"]
FLOAT_COMPARE = ["eq", "ne", "lt", "gt", "le", "ge"]
CONSTANTS = [0, 1, 2, 3, 4, 8, 31, 255, 4096, -1, -2, -8, 65535, 0x7fffffff, -0x80000000]
TYPES = ["i32", "i64", "f32", "f64"]
LOADS = {"i32": [("load", 4), ("load8_s", 1), ("load8_u", 1), ("load16_s", 2), ("load16_u", 2)],
         "i64": [("load", 8), ("load8_s", 1), ("load16_u", 2), ("load32_s", 4), ("load32_u", 4)],
         "f32": [("load", 4)], "f64": [("load", 8)]}
STORES = {"i32": ["store", "store8", "store16"], "i64": ["store", "store8", "store16", "store32"],
          "f32": ["store"], "f64": ["store"]}


class Function:
    """One function; the locals 0..3 are parameters, one of each type."""

    def __init__(self, seed, index, results):
        self.seed, self.index, self.results = seed, index, results
        self.locals = {t: [TYPES.index(t)] + [4 + 3 * TYPES.index(t) + k for k in range(3)]
                       for t in TYPES}
        self.counters = 0
        self.labels = []  # types that each block in sight takes, inside out: None for none

    def local(self, kind):
        return self.seed.choice(self.locals[kind])

    def constant(self, kind):
        if kind in ("f32", "f64"):
            return f"({kind}.const {self.seed.choice([0, 1, -1, 0.5, 3.25, 1e9, -7])})"
        return f"({kind}.const {self.seed.choice(CONSTANTS)})"

    def address(self, depth):
        """Mostly in bounds."""
        seed = self.seed
        base = f"(i32.and {self.expression('i32', depth - 1)} (i32.const {seed.choice([4095, 1020])}))"
        form = seed.randrange(5)
        if form == 0:
            return f"(i32.add {base} (i32.const {seed.choice([4, 16, 1024, -4])}))"
        if form == 1:
            return f"(i32.add {base} (i32.shl {base} (i32.const {seed.randrange(4)})))"
        if form == 2:
            return f"(i32.sub (i32.shl {base} (i32.const 2)) (i32.const 8))"
        if form == 3:
            return f"(i32.const {seed.randrange(5000)})"
        return base

    def expression(self, kind, depth):
        seed = self.seed
        if depth <= 0 or seed.random() < 0.15:
            return self.constant(kind) if seed.random() < 0.4 else f"(local.get {self.local(kind)})"
        form = seed.randrange(12)
        if form == 0:
            name, size = seed.choice(LOADS[kind])
            return f"({kind}.{name} offset={seed.choice([0, 0, 4, size, 1000])} {self.address(depth)})"
        if form == 1:
            local = self.local(kind)
            return f"(local.tee {local} {self.expression(kind, depth - 1)})"
        if form == 2:
            return (f"(select {self.expression(kind, depth - 1)} {self.expression(kind, depth - 1)} "
                    f"{self.expression('i32', depth - 1)})")
        if form == 3:
            return (f"(if (result {kind}) {self.expression('i32', depth - 1)} (then "
                    f"{self.expression(kind, depth - 1)}) (else {self.expression(kind, depth - 1)}))")
        if form == 4 and self.index > 0:
            return self.call(kind, depth)
        if kind in ("f32", "f64"):
            return self.float_expression(kind, depth)
        if form == 5:
            return self.conversion(kind, depth)
        if form == 6 and kind == "i32":
            return self.condition(depth)
        return (f"({kind}.{seed.choice(INT_BINARY)} {self.expression(kind, depth - 1)} "
                f"{self.expression(kind, depth - 1)})")

    def float_expression(self, kind, depth):
        seed = self.seed
        if seed.random() < 0.15:
            source = seed.choice(["i32", "i64"])
            sign = seed.choice("su")
            return f"({kind}.convert_{source}_{sign} {self.expression(source, depth - 1)})"
        if seed.random() < 0.2:
            name = seed.choice(["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"])
            return f"({kind}.{name} {self.expression(kind, depth - 1)})"
        return (f"({kind}.{seed.choice(FLOAT_BINARY)} {self.expression(kind, depth - 1)} "
                f"{self.expression(kind, depth - 1)})")

    def conversion(self, kind, depth):
        if kind == "i32":
            other = f"(i32.wrap_i64 {self.expression('i64', depth - 1)})"
            number = self.expression(self.seed.choice(["f32", "f64"]), 0)
            name = "i32.trunc_sat_f64_u"
            if number.startswith("(f32") or "local.get" in number and \
                    int(number.split()[1][:-1]) in self.locals["f32"]:
                name = "i32.trunc_sat_f32_s"
            return self.seed.choice([other, f"({name} {number})"])
        return f"(i64.extend_i32_{self.seed.choice('su')} {self.expression('i32', depth - 1)})"

    def condition(self, depth):
        kind = self.seed.choice(TYPES)
        names = COMPARE if kind[0] == "i" else FLOAT_COMPARE
        text = (f"({kind}.{self.seed.choice(names)} {self.expression(kind, depth - 1)} "
                f"{self.expression(kind, depth - 1)})")
        return f"(i32.eqz {text})" if self.seed.random() < 0.2 else text

    def call(self, kind, depth):
        callees = [i for i in range(self.index) if self.results[i] == kind]
        if not callees:
            return self.constant(kind)
        arguments = " ".join(self.expression(t, depth - 2) for t in TYPES)
        if self.seed.random() < 0.3:
            return f"(call_indirect (type ${kind}) {arguments} (i32.const {self.seed.choice(callees)}))"
        return f"(call {self.seed.choice(callees)} {arguments})"

    def number(self, kind, value):
        """0 in place of NaN, whose bits each engine may choose: they would show in memory."""
        local = self.local(kind)
        return (f"(select (local.tee {local} {value}) ({kind}.const 0) "
                f"({kind}.eq (local.get {local}) (local.get {local})))")

    def statement(self, depth):
        seed = self.seed
        form = seed.randrange(10)
        if form < 3:
            kind = seed.choice(TYPES)
            return f"(local.set {self.local(kind)} {self.expression(kind, 4)})"
        if form < 5:
            kind = seed.choice(TYPES)
            value = self.expression(kind, 3)
            if kind in ("f32", "f64"):
                value = self.number(kind, value)
            return (f"({kind}.{seed.choice(STORES[kind])} offset={seed.choice([0, 8, 100])} "
                    f"{self.address(3)} {value})")
        if form == 5:
            local = self.local("i32")
            return (f"(local.set {local} (i32.add (local.get {local}) "
                    f"(i32.const {seed.choice([1, -1, 4])})))")
        if form == 6:
            kind = seed.choice(["i32", "f64"])
            return f"(global.set ${kind} {self.expression(kind, 3)})"
        if depth <= 0:
            return "(nop)"
        if form == 7:
            return (f"(if {self.condition(3)} (then {self.statements(depth - 1, 2)}) "
                    f"(else {self.statements(depth - 1, 2)}))")
        if form == 8:
            return self.block(depth)
        return self.loop(depth)

    def block(self, depth):
        seed = self.seed
        body = self.statements(depth - 1, 2)
        if seed.random() < 0.5:
            exits = f"(br_if 0 {self.condition(3)})"
        else:
            exits = (f"(block (block (br_table 0 1 2 0 (i32.and {self.expression('i32', 2)} "
                     f"(i32.const 3)))) {self.statements(depth - 1, 1)})")
        return f"(block {body} {exits} {self.statements(depth - 1, 2)})"

    def loop(self, depth):
        """Counts a local of its own down or up."""
        seed = self.seed
        counter, turns = 16 + self.counters, seed.randrange(1, 6)
        self.counters += 1
        body = self.statements(depth - 1, 3)
        form = seed.randrange(3)
        if form == 0:
            begin = turns
            end = f"(br_if 0 (local.tee {counter} (i32.sub (local.get {counter}) (i32.const 1))))"
        elif form == 1:
            begin = 0
            end = (f"(br_if 0 (i32.{seed.choice(['lt_u', 'lt_s', 'ne'])} (local.tee {counter} "
                   f"(i32.add (local.get {counter}) (i32.const 1))) (i32.const {turns})))")
        else:
            begin = 0
            end = (f"(local.set {counter} (i32.add (local.get {counter}) (i32.const 1))) "
                   f"(br_if 0 (i32.gt_u (i32.const {turns}) (local.get {counter})))")
        return f"(local.set {counter} (i32.const {begin})) (loop {body} {end})"

    def statements(self, depth, most):
        return " ".join(self.statement(depth) for _ in range(self.seed.randrange(1, most + 1)))

    def tail(self, result):
        """What is returned: an expression, or a call in place of this one."""
        callees = [i for i in range(self.index) if self.results[i] == result]
        if not callees or self.seed.random() < 0.6:
            return self.expression(result, 4)
        arguments = " ".join(self.expression(t, 3) for t in TYPES)
        if self.seed.random() < 0.5:
            return f"(return_call {self.seed.choice(callees)} {arguments})"
        return (f"(return_call_indirect (type ${result}) {arguments} "
                f"(i32.const {self.seed.choice(callees)}))")

    def text(self):
        result = self.results[self.index]
        body = self.statements(2, 5)
        tail = self.tail(result)
        counters = " ".join(["i32"] * self.counters)
        return (f'(func (export "f{self.index}") (type ${result}) '
                f"(local i32 i32 i32 i64 i64 i64 f32 f32 f32 f64 f64 f64) (local {counters})\n"
                f"  {body}\n  {tail})")


def random_wat(seed):
    """The text of a module with some functions that call those before them."""
    count = seed.randrange(2, 6)
    results = [seed.choice(TYPES) for _ in range(count)]
    types = "\n".join(f"(type ${t} (func (param i32 i64 f32 f64) (result {t})))" for t in TYPES)
    functions = "\n".join(Function(seed, i, results).text() for i in range(count))
    elements = " ".join(str(i) for i in range(count))
    return (f"(module\n{types}\n(memory 1 2)\n(table funcref (elem {elements}))\n"
            '(global $i32 (export "gi") (mut i32) (i32.const 1))\n'
            '(global $f64 (export "gf") (mut f64) (f64.const 1))\n'
            f"{functions}\n)\n")
