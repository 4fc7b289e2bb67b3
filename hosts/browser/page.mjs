// page.mjs: the page around worker.mjs.
//
// For tests, the page's address may say it all: ?file=NAME (fetched from the server, repeatable),
// &run=COMMAND LINE (likewise, in order), &report=PATH (where what came out is posted as JSON,
// with the files' bytes in base64).
const files = new Map();
const element = (id) => document.getElementById(id);

function show() {
  element('files').replaceChildren(...[...files].sort().map(([name, bytes]) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes]));
    link.download = name.split('/').pop();
    link.textContent = name;
    item.append(link, ` (${bytes.length.toLocaleString('en-US')} bytes)`);
    return item;
  }));
}

async function fetchBytes(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

// Words as a shell splits them, with "..." kept together.
const split = (text) => [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2]);

// Runs one command line; resolves to { status, ms, output }.
async function run(words) {
  const program = await fetchBytes('chiwawa.wasm');
  const output = element('output');
  output.textContent = '';
  element('status').textContent = 'running';
  const worker = new Worker('worker.mjs', { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => {
        if (data.output) {
          output.textContent += data.output;
        } else if (data.error) {
          reject(new Error(data.error));
        } else {
          files.clear();
          for (const [name, bytes] of data.files) files.set(name, bytes);
          resolve({ status: data.status, ms: data.ms, output: output.textContent });
        }
      };
      worker.postMessage({ program, args: ['chiwawa', ...split(words)], files });
    });
  } finally {
    worker.terminate();
    show();
  }
}

async function runAndSay(words) {
  element('run').disabled = true;
  try {
    const result = await run(words);
    element('status').textContent = `exit status ${result.status}, ${result.ms.toFixed(0)} ms`;
    return result;
  } catch (error) {
    element('status').textContent = String(error);
    return { error: String(error) };
  } finally {
    element('run').disabled = false;
  }
}

element('add').onchange = async (event) => {
  for (const file of event.target.files)
    files.set(file.name, new Uint8Array(await file.arrayBuffer()));
  show();
};
element('form').onsubmit = (event) => {
  event.preventDefault();
  runAndSay(element('words').value);
};

const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
const query = new URLSearchParams(location.search);
for (const name of query.getAll('file')) files.set(name, await fetchBytes(name));
show();
const results = [];
for (const words of query.getAll('run')) {
  element('words').value = words;
  results.push(await runAndSay(words));
}
if (query.has('report')) {
  await fetch(query.get('report'), { method: 'POST', body: JSON.stringify({
    results, files: Object.fromEntries([...files].map(([name, bytes]) => [name, base64(bytes)])),
  }) });
}
