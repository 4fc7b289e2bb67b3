#!/usr/bin/env node
// node.mjs: runs chiwawa.wasm (or any WASI command) under Node.
//
// usage: node hosts/node.mjs [--dir HOST[::GUEST]]... [--no-liftoff] FILE.wasm [ARGUMENT...]
//
// The present directory is given as "." unless --dir says otherwise.  Programs with
// wasi-threads, as chiwawa-threads.wasm, get Workers.
//
// V8 begins with its baseline compiler, Liftoff, and takes a function's optimised code at its
// next call.  chiwawa's loop returns now and then so that there is one; for a program whose
// long loop never does, --no-liftoff optimises all before it begins.
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
  console.error('usage: node.mjs [--dir HOST[::GUEST]]... [--no-liftoff] FILE.wasm [ARGUMENT...]');
  process.exit(64);
}

const words = process.argv.slice(2);
const preopens = {};
let liftoff = true;
while (words.length > 0 && words[0].startsWith('--')) {
  const word = words.shift();
  if (word === '--no-liftoff') {
    liftoff = false;
  } else if (word === '--dir' && words.length > 0) {
    const [host, guest = host] = words.shift().split('::');
    preopens[guest] = host;
  } else {
    usage(`unknown option or missing argument: ${word}`);
  }
}
if (words.length === 0) usage('no file given');
if (Object.keys(preopens).length === 0) preopens['.'] = '.';
if (!liftoff) v8.setFlagsFromString('--no-liftoff');

const { importsOf, makeWasi } = await import('./wasi-imports.mjs');
const wasi = makeWasi(words, preopens);
const module = await WebAssembly.compile(await readFile(words[0]));
const imports = { wasi_snapshot_preview1: importsOf(wasi) };

// A program with threads imports its memory and asks for them (wasi-threads): each is a
// Worker, which ends with the program.
const PAGES = { initial: 256, maximum: 65536 };
if (WebAssembly.Module.imports(module).some(({ name }) => name === 'thread-spawn')) {
  const { Worker } = await import('node:worker_threads');
  const memory = new WebAssembly.Memory({ ...PAGES, shared: true });
  let threads = 0;
  imports.env = { memory };
  imports.wasi = {
    'thread-spawn': (argument) => {
      const thread = ++threads;
      const worker = new Worker(new URL('./node-thread.mjs', import.meta.url), {
        workerData: { module, memory, args: words, preopens, thread, argument },
      });
      worker.on('error', (error) => console.error(`node.mjs: thread ${thread}: ${error}`));
      worker.unref();
      return thread;
    },
  };
}
const instance = await WebAssembly.instantiate(module, imports);
process.exit(wasi.start(instance));
