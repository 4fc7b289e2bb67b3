// wasi-imports.mjs: what hosts/node.mjs and its threads share: WASI, and how it is imported.
import process from 'node:process';
import { WASI } from 'node:wasi';

// node:wasi for a program with these arguments and directories.
export function makeWasi(args, preopens) {
  return new WASI({
    version: 'preview1',
    args,
    env: process.env,
    preopens,
    returnOnExit: true,
  });
}

// Called directly, the functions of node:wasi go through V8's fast API calls, with
// which Node 20 corrupts its own heap once the memory has grown (5 to 8 of 8 runs of
// tests/spec/call crashed, none with --no-turbo-fast-api-calls).  A function of
// JavaScript in between keeps V8 from them.
export function importsOf(wasi) {
  const imports = {};
  for (const [name, call] of Object.entries(wasi.wasiImport)) {
    imports[name] = (...words) => call(...words);
  }
  return imports;
}
