/** Tests whether a native TensorFlow loads and computes, in a child process: an incompatible library may crash it. */
import { join } from 'node:path';
import { CARD_VARIABLES } from './card-variables.mjs';
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

/** The same, and says whether that was a graphics card. */
const ON_CARD = `${SCRIPT}
console.log('card ' + b.isUsingGpuDevice());
`;

/** Time to load 4 GB of libraries from a slow disk, in ms. */
const CARD_TIMEOUT = 180_000;

/**
 * Loads the native TensorFlow for graphics cards and computes on one.
 * @param {string} folder with the binding
 * @param {string} [node]
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ version: string } | { failure: string }>}
 */
export async function probeCard(folder, node = process.execPath, signal) {
  // What it says about libraries that it does not find is told where it finds no card.
  const variables = { ...CARD_VARIABLES, TF_CPP_MIN_LOG_LEVEL: '0' };
  const answer = await probe(folder, { node, script: ON_CARD, variables, timeout: CARD_TIMEOUT, signal });
  if ('failure' in answer || /^card true$/m.test(answer.output)) return answer;
  const said = /^.*(?:Could not find cuda|Cannot dlopen|failed call to cuInit|CUDA_ERROR).*$/m.exec(
    answer.output,
  )?.[0];
  return { failure: `TensorFlow finds no graphics card${said ? `: ${said.slice(0, 300)}` : ''}` };
}

/**
 * Loads the native TensorFlow of a folder and computes with it.
 * @param {string} folder a native folder (see locations.mjs)
 * @param {string} [node] the Node (or Electron) to try it in
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ version: string } | { failure: string }>} TensorFlow's version, or why it does not work
 */
export function probeNative(folder, node = process.execPath, signal) {
  const variables = { TF_CPP_MIN_LOG_LEVEL: '2' };
  return probe(folder, { node, script: SCRIPT, variables, timeout: 60_000, signal });
}

/**
 * @param {string} folder
 * @param {{ node: string, script: string, variables: NodeJS.ProcessEnv, timeout: number, signal: AbortSignal | undefined }} how
 * @returns {Promise<{ version: string, output: string } | { failure: string }>}
 */
async function probe(folder, { node, script, variables, timeout, signal }) {
  const binding = join(folder, 'tfjs_binding.node');
  const env = { ...process.env, ...variables, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
  const { code, output } = await run(node, ['-e', script, binding], { env, timeout, signal });
  const version = /^tensorflow (\S+)$/m.exec(output)?.[1];
  if (code === 0 && version) return { version, output };
  if (output.includes('SIGILL'))
    return { failure: 'this processor lacks instructions that TensorFlow was compiled for (AVX)' };
  const reason = /^\w*Error: .*$/m.exec(output)?.[0] ?? output.trim().split('\n').pop();
  return { failure: `it does not load: ${reason || `exit code ${code}`}` };
}
