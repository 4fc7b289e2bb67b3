// differential.mjs: what V8 makes of modules, as scripts for `chiwawa script`.
//
// usage: node differential.mjs MODULE.wasm...
//
// Writes MODULE.script beside each: it calls every exported function of numbers some times, in
// one instance, and says what came out.  A module that V8 runs out of stack in gets no more
// calls: how deep recursion goes is each engine's own.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import path from 'node:path';
import v8 from 'node:v8';

// Types of exports, and what older versions have not on by themselves.
for (const name of ['type-reflection', 'extended-const', 'return-call'])
  v8.setFlagsFromString(`--experimental-wasm-${name}`);

const view = new DataView(new ArrayBuffer(8));
const NUMBERS = new Set(['i32', 'i64', 'f32', 'f64']);
const SAMPLES = {
  i32: [0, 1, -1, 7, 0x7fffffff, -0x80000000],
  i64: [0n, 1n, -1n, 1000n, 0x7fffffffffffffffn, -0x8000000000000000n],
  f32: [0, 1, -1.5, 1e30, -Infinity, 3.25],
  f64: [0, -0, 1, -1.5, 1e300, 4294967296],
};

// TYPE:BITS as command_script.c reads it; V8 may change the bits of a NaN on the way.
function text(type, value) {
  if (type === 'i32') return `i32:${value >>> 0}`;
  if (type === 'i64') return `i64:${BigInt.asUintN(64, value)}`;
  if (Number.isNaN(value)) return `${type}:any`;
  if (type === 'f32') {
    view.setFloat32(0, value);
    return `f32:${view.getUint32(0)}`;
  }
  view.setFloat64(0, value);
  return `f64:${view.getBigUint64(0)}`;
}

// V8's messages as the specification's; the script compares prefixes, and "in" begins both of
// "integer overflow" and "invalid conversion to integer", which V8 does not tell apart.
const TRAPS = [
  [/^unreachable/, 'unreachable'], [/^memory access/, 'out of bounds memory access'],
  [/^(divide|remainder) by zero/, 'integer divide by zero'],
  [/^divide result/, 'integer overflow'], [/^float unrepresentable/, 'in'],
];
const trapText = (error) => TRAPS.find(([pattern]) => pattern.test(error.message))?.[1] ?? '';

const list = (types, values) =>
  types.map((type, i) => text(type, values[i])).join(' ') || '-';

function callAll(module, instance, lines) {
  for (let round = 0; round < 3; round++) {
    for (const { name, kind, type: { parameters, results } } of WebAssembly.Module.exports(module)) {
      if (kind !== 'function') continue;
      const func = instance.exports[name];
      if (![...parameters, ...results].every((type) => NUMBERS.has(type))) continue;
      const values = parameters.map((type, i) => SAMPLES[type][(round * 5 + i * 3) % 6]);
      const call = ['-', 'invoke', encodeURIComponent(name), list(parameters, values)];
      try {
        const given = func(...values);
        const found = results.length === 1 ? [given] : [...(given ?? [])];
        lines.push(['assert_return', ...call, list(results, found)]);
      } catch (error) {
        if (!(error instanceof WebAssembly.RuntimeError)) return;
        lines.push(['assert_trap', trapText(error), ...call]);
      }
    }
  }
}

function globals(module, instance, lines) {
  for (const { name, kind, type: { value } } of WebAssembly.Module.exports(module)) {
    if (kind !== 'global' || !NUMBERS.has(value)) continue;
    lines.push(['assert_return', '-', 'get', encodeURIComponent(name), '-',
      text(value, instance.exports[name].value)]);
  }
}

for (const file of process.argv.slice(2)) {
  const lines = [];
  try {
    const module = new WebAssembly.Module(readFileSync(file));
    const instance = new WebAssembly.Instance(module);
    lines.push(['module', '-', path.basename(file)]);
    callAll(module, instance, lines);
    globals(module, instance, lines);
  } catch (error) {
    if (lines.length === 0 && error instanceof WebAssembly.RuntimeError)
      lines.push(['assert_uninstantiable', trapText(error), path.basename(file)]);
    else if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
  }
  writeFileSync(file.replace(/wasm$/, 'script'),
    lines.map((fields, i) => [i + 1, ...fields].join('\t') + '\n').join(''));
}
