/**
 * Measures what a step takes on several ranks of this machine and on one, as a run itself does at its start; bench/cluster.md has results.
 * `node bench/ranks.mjs RANKS [ARGUMENTS OF vae train]`, after `node esbuild.mjs`, with a Python that has JAX.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [ranks = '2', ...args] = process.argv.slice(2);
const vae = fileURLToPath(new URL('../dist/engine/vae.cjs', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'vae-ranks-'));
const run = join(folder, 'run');

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
await new Promise((resolve) => server.close(resolve));

/** @type {import('node:child_process').ChildProcess[]} */
const started = [];
const endAll = () => started.forEach((child) => child.kill('SIGKILL'));
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/**
 * @param {number} rank
 * @param {string[]} command
 * @returns {Promise<string>} what it says
 */
function start(rank, command) {
  const env = {
    ...process.env,
    LATENT_EXPLORER_RANK: String(rank),
    LATENT_EXPLORER_RANKS: ranks,
    LATENT_EXPLORER_COORDINATOR: `127.0.0.1:${port}`,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vae, ...command, '--threads', '1', '--json'], { env });
    started.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    child.once('close', (code) => (code === 0 ? resolve(said) : reject(new Error(said))));
  });
}

/** Bytes of the weights in the run's newest checkpoint: so large is the gradient that ranks sum. */
async function weightBytes() {
  const [name = ''] = await readdir(join(run, 'checkpoints'));
  const file = await open(join(run, 'checkpoints', name));
  try {
    const { buffer: start } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const length = Number(start.readBigUInt64LE());
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, 8);
    const header = JSON.parse(buffer.toString('utf8'));
    const weights = Object.entries(header).filter(([key]) => /^(encoder|decoder)\./.test(key));
    return weights.reduce((sum, [, { data_offsets: at }]) => sum + at[1] - at[0], 0);
  } finally {
    await file.close();
  }
}

try {
  const count = Number(ranks);
  const others = Array.from({ length: count - 1 }, (_, i) => start(i + 1, ['train-rank']));
  const train = ['train', '--engine', 'jax', '--run', run, '--set', 'checkpointEvery=1', ...args];
  const [said = ''] = await Promise.all([start(0, train), ...others]);
  const notice = /a step of \d+ ranks takes [^"\\]+/.exec(said)?.[0] ?? said;
  console.log(`${notice}\ngradient: ${((await weightBytes()) / 1e6).toFixed(2)} MB`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
