// node-thread.mjs: one thread that a program under hosts/node.mjs spawned (wasi-threads).
//
// A Worker with its own instance of the module over the same memory, and its own WASI.
import { workerData } from 'node:worker_threads';
import { importsOf, makeWasi } from './wasi-imports.mjs';

const { module, memory, args, preopens, thread, argument } = workerData;
const wasi = makeWasi(args, preopens);
const instance = await WebAssembly.instantiate(module, {
  env: { memory },
  wasi: { 'thread-spawn': () => -1 }, // only the first thread spawns
  wasi_snapshot_preview1: importsOf(wasi),
});
// All that initialize would do: node:wasi learns which memory its calls mean.
wasi.initialize({ exports: { memory } });
instance.exports.wasi_thread_start(thread, argument);
