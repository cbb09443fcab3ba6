// The work of bench/gpu.sh.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const bench = dirname(fileURLToPath(import.meta.url));
const vae = join(bench, '..', 'dist', 'engine', 'vae.cjs');
const { values: options } = parseArgs({
  options: { python: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const folder = mkdtempSync(join(tmpdir(), 'vae-gpu-'));
const say = (/** @type {string} */ text) => void process.stdout.write(`${text}\n`);

/** Models: the product's settings, and the same for bench/peers/torch_card.py. A quick run shows that everything runs, and measures nothing. */
const MODELS = options.quick
  ? [
      {
        title: 'quick',
        set: ['data.width=8', 'data.height=8', 'hidden=8', 'latent=2', 'minibatch=10'],
        preset: 'fast',
        torch: [64, 8, 2, 10],
      },
    ]
  : [
      { title: 'perceptron, 784-500-20, M = 100', set: [], preset: 'fast', torch: [784, 500, 20, 100] },
      {
        title: 'perceptron, 784-500-20, M = 2000',
        set: ['minibatch=2000'],
        preset: 'fast',
        torch: [784, 500, 20, 2000],
      },
      {
        title: 'perceptron, 784-4000-20, M = 1000',
        set: ['hidden=4000', 'minibatch=1000'],
        preset: 'fast',
        torch: [784, 4000, 20, 1000],
      },
      { title: 'convolutions, 64×64, M = 64', set: ['minibatch=64'], preset: 'conv', torch: null },
    ];
const IMAGES = options.quick ? 60 : 10_000;
const SAMPLES = options.quick ? 200 : 200_000;

/**
 * Runs `vae` to its end.
 * @param {readonly string[]} args
 */
function run(args) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [vae, ...args, '--json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const lines = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  return { lines, stderr, failed: status !== 0 };
}

/** @param {(typeof MODELS)[number]} model @param {readonly string[]} more */
const settings = ({ preset, set }, more) => [
  ...['--preset', preset, ...set.flatMap((each) => ['--set', each])],
  ...more,
];

/** @param {(typeof MODELS)[number]} model @param {string[]} how */
function speed(model, how) {
  const { lines, stderr, failed } = run(['bench-engine', `digits:${IMAGES}`, ...settings(model, how)]);
  const row = lines.find(({ fastest }) => fastest);
  if (failed || !row) return `not measured: ${problemOf(stderr)}`;
  const on = row.adapter
    ? row.adapter.name
    : [row.executor, `${row.threads} threads`].filter(Boolean).join(', ');
  return `${(1000 * row.secondsPerStep).toPrecision(3)} ms a step (${row.engine}, ${on})`;
}

/** @param {(typeof MODELS)[number]} model */
function torch({ torch: shape }) {
  if (shape === null) return 'not measured: bench/peers/torch_card.py has perceptrons alone';
  if (!options.python) return 'not measured: name a Python that has PyTorch with CUDA, --python FILE';
  const args = [join(bench, 'peers', 'torch_card.py'), ...shape.map(String), options.quick ? '20' : '2000'];
  const { stdout, stderr, status } = spawnSync(options.python, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : `not measured: ${problemOf(stderr)}`;
}

/** What a program of ours, or of Python, said last. @param {string} stderr */
function problemOf(stderr) {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last).error.message;
  } catch {
    return last;
  }
}

/** Memory of the card that a process takes, in MiB, as NVIDIA's own program says; null where there is no such program. @param {number | undefined} pid */
function memoryOf(pid) {
  const query = ['--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits'];
  const { stdout, status } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  if (status !== 0) return null;
  const found = stdout.split('\n').find((line) => Number(line.split(',')[0]) === pid);
  return found ? Number(found.split(',')[1]) : null;
}

/**
 * Trains a run, and looks at the memory that it takes.
 * @param {(typeof MODELS)[number]} model @param {string} name @param {string} device @param {'onnx' | 'tensorflow'} [engine]
 */
async function train(model, name, device, engine = 'onnx') {
  const args = [
    'train',
    '--data',
    `digits:${IMAGES}`,
    '--run',
    name,
    '--samples',
    String(SAMPLES),
    '--engine',
    engine,
  ];
  const child = spawn(process.execPath, [vae, ...args, ...settings(model, ['--device', device]), '--json'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let [stderr, memory] = ['', /** @type {number | null} */ (null)];
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const look = setInterval(() => (memory = Math.max(memory ?? 0, memoryOf(child.pid) ?? 0) || memory), 500);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(problemOf(stderr));
  const checkpoints = join(folder, name, 'checkpoints');
  const newest = readdirSync(checkpoints)
    .filter((file) => file.endsWith('.safetensors'))
    .sort((one, other) => parseInt(one, 10) - parseInt(other, 10))
    .at(-1);
  const rows = readFileSync(join(folder, name, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const bounds = rows.map((line) => JSON.parse(line)).filter(({ type }) => type === 'train');
  const { engine: described } = JSON.parse(readFileSync(join(folder, name, 'config.json'), 'utf8'));
  const sha256 = createHash('sha256')
    .update(readFileSync(join(checkpoints, newest ?? '')))
    .digest('hex');
  return { bound: bounds.at(-1).elbo, sha256, memory, device: described.device };
}

/** What trains on a card: WebGPU wherever there is one, TensorFlow where `vae setup --gpu` has set it up. */
const ENGINES = /** @type {const} */ ([
  ['WebGPU', 'onnx'],
  ['TensorFlow', 'tensorflow'],
]);

/**
 * Measures an engine on the card.
 * @param {(typeof MODELS)[number]} model @param {string} title @param {'onnx' | 'tensorflow'} engine
 */
async function onCard(model, title, engine) {
  let first;
  try {
    first = await train(model, 'first', 'gpu', engine);
  } catch (error) {
    say(`  ${title}: not measured: ${/** @type {Error} */ (error).message}`);
    return;
  }
  say(`  ${title} on ${first.device}`);
  if (/swiftshader|llvmpipe|basic render/i.test(first.device))
    say('    THIS IS NO GRAPHICS CARD but a program in its place: the times below say nothing about cards');
  say(`    speed:             ${speed(model, ['--engine', engine, '--device', 'gpu'])}`);
  say(
    `    memory of the card: ${first.memory === null ? 'not measured: nvidia-smi does not say it of this process' : `${first.memory} MiB`}`,
  );
  const again = await train(model, 'again', 'gpu', engine);
  say(
    `    repeatability:     a second run has ${again.sha256 === first.sha256 ? 'the same bytes' : 'OTHER bytes'} in its last checkpoint`,
  );
  const processor = await train(model, 'processor', 'cpu');
  const apart = Math.abs(first.bound / processor.bound - 1);
  say(
    `    agreement:         the last bound of ${SAMPLES} samples is ${apart.toExponential(1)} of its size from the processor's`,
  );
  for (const name of ['first', 'again', 'processor']) rmSync(join(folder, name), { recursive: true });
}

try {
  const card = spawnSync('nvidia-smi', ['-L'], { encoding: 'utf8' });
  say(`cards by nvidia-smi: ${card.status === 0 ? card.stdout.trim() : 'none, or no nvidia-smi'}`);
  for (const model of MODELS) {
    say(`\n${model.title}`);
    say(`  speed, processor:    ${speed(model, ['--device', 'cpu'])}`);
    say(`  speed, JAX:          ${speed(model, ['--engine', 'jax'])}`);
    say(`  speed, PyTorch:      ${torch(model)}`);
    for (const [title, engine] of ENGINES) await onCard(model, title, engine);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
