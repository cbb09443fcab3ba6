/** Tests whether a native TensorFlow loads and computes, in a child process: an incompatible library may crash it. */
import { join } from 'node:path';
import { run } from './run.mjs';

/** Multiplies two matrices on the CPU through the binding and prints TensorFlow's version. */
const SCRIPT = `
const module = { exports: {} };
process.dlopen(module, process.argv[1]);
const b = module.exports;
const x = b.createTensor([2, 2], b.TF_FLOAT, new Float32Array([1, 2, 3, 4]));
const attributes = [
  { name: 'transpose_a', type: b.TF_ATTR_BOOL, value: false },
  { name: 'transpose_b', type: b.TF_ATTR_BOOL, value: false },
  { name: 'T', type: b.TF_ATTR_TYPE, value: b.TF_FLOAT },
];
const [y] = b.executeOp('MatMul', attributes, [x, x], 1);
const got = Array.from(b.tensorDataSync(y.id)).join();
if (got !== '7,10,15,22') throw new Error('MatMul gave ' + got);
console.log('tensorflow ' + b.TF_Version);
`;

/**
 * Loads the native TensorFlow of a folder and computes with it.
 * @param {string} folder a native folder (see locations.mjs)
 * @param {string} [node] the Node (or Electron) to try it in
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ version: string } | { failure: string }>} TensorFlow's version, or why it does not work
 */
export async function probeNative(folder, node = process.execPath, signal) {
  const binding = join(folder, 'tfjs_binding.node');
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
  const { code, output } = await run(node, ['-e', SCRIPT, binding], { env, timeout: 60_000, signal });
  const version = /^tensorflow (\S+)$/m.exec(output)?.[1];
  if (code === 0 && version) return { version };
  if (output.includes('SIGILL'))
    return { failure: 'this processor lacks instructions that TensorFlow was compiled for (AVX)' };
  const reason = /^\w*Error: .*$/m.exec(output)?.[0] ?? output.trim().split('\n').pop();
  return { failure: `it does not load: ${reason || `exit code ${code}`}` };
}
