// worker.mjs: runs a WASI command in a Web Worker, with files in memory.
//
// In: { program, args, files } with files a Map of names to Uint8Arrays.
// Out: { output: text } again and again, then { status, files, ms } or { error }.
//
// The command sees one directory, ".", with the files.  WASI is browser_wasi_shim's
// (tools/browser puts it beside this file).
import { ConsoleStdout, Directory, File, OpenFile, PreopenDirectory, WASI }
  from './browser_wasi_shim/index.js';

const say = ConsoleStdout.lineBuffered((line) => postMessage({ output: `${line}\n` }));

// All files below a directory, by their paths.
function collect(directory, prefix, found) {
  for (const [name, inode] of directory.contents) {
    if (inode instanceof Directory) collect(inode, `${prefix}${name}/`, found);
    else found.set(prefix + name, inode.data);
  }
  return found;
}

onmessage = async ({ data: { program, args, files } }) => {
  try {
    const root = new PreopenDirectory('.', new Map(
      [...files].map(([name, bytes]) => [name, new File(bytes)])));
    const wasi = new WASI(args, [], [new OpenFile(new File([])), say, say, root]);
    const instance = await WebAssembly.instantiate(await WebAssembly.compile(program),
      { wasi_snapshot_preview1: wasi.wasiImport });
    const began = performance.now();
    const status = wasi.start(instance);
    postMessage({ status, ms: performance.now() - began,
      files: collect(root.dir, '', new Map()) });
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
};
