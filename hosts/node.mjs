#!/usr/bin/env node
// node.mjs: runs chiwawa.wasm (or any WASI command) under Node.
//
// usage: node hosts/node.mjs [--dir HOST[::GUEST]]... [--tier-up] FILE.wasm [ARGUMENT...]
//
// The present directory is given as "." unless --dir says otherwise.
//
// V8 would stay in its baseline compiler, Liftoff, for the one long loop that an
// interpreter is: two to three times slower.  It is turned off before compiling, as
// `node --no-liftoff` does; --tier-up leaves V8 as it is.
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import v8 from 'node:v8';

// node:wasi announces itself as experimental on standard error, which is the guest's.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') console.error(warning);
});

function usage(message) {
  console.error(`node.mjs: ${message}`);
  console.error('usage: node.mjs [--dir HOST[::GUEST]]... [--tier-up] FILE.wasm [ARGUMENT...]');
  process.exit(64);
}

const words = process.argv.slice(2);
const preopens = {};
let tierUp = false;
while (words.length > 0 && words[0].startsWith('--')) {
  const word = words.shift();
  if (word === '--tier-up') {
    tierUp = true;
  } else if (word === '--dir' && words.length > 0) {
    const [host, guest = host] = words.shift().split('::');
    preopens[guest] = host;
  } else {
    usage(`unknown option or missing argument: ${word}`);
  }
}
if (words.length === 0) usage('no file given');
if (Object.keys(preopens).length === 0) preopens['.'] = '.';
if (!tierUp) v8.setFlagsFromString('--no-liftoff');

const { WASI } = await import('node:wasi');
const wasi = new WASI({
  version: 'preview1',
  args: words,
  env: process.env,
  preopens,
  returnOnExit: true,
});

// Called directly, the functions of node:wasi go through V8's fast API calls, with
// which Node 20 corrupts its own heap once the memory has grown (5 to 8 of 8 runs of
// tests/spec/call crashed, none with --no-turbo-fast-api-calls).  A function of
// JavaScript in between keeps V8 from them.
const imports = {};
for (const [name, call] of Object.entries(wasi.wasiImport)) {
  imports[name] = (...words) => call(...words);
}

const module = await WebAssembly.compile(await readFile(words[0]));
const instance = await WebAssembly.instantiate(module, {
  wasi_snapshot_preview1: imports,
});
process.exitCode = wasi.start(instance);
