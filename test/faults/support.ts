import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listCheckpoints } from '../../src/runs/checkpoint';
import { readMetrics } from '../../src/runs/metrics';
import { expect } from 'vitest';
import { Cli, ended } from '../cli/support';
import type { Ended } from '../cli/support';

/** A model that trains for as long as it is let, and has a checkpoint soon. */
export const SMALL = [
  ...['--preset', 'fast', '--engine', 'onnx', '--threads', '1'],
  ...['--set', 'hidden=16', '--set', 'latent=2', '--set', 'minibatch=10'],
];

/** How often a race is run: as often as usual, or as `VAE_ROUNDS` asks (`npm run soak`), shared among `of` tests of it. */
export function rounds(usual: number, of = 1): number {
  const asked = process.env['VAE_ROUNDS'];
  return asked === undefined ? usual : Math.ceil(Number(asked) / of);
}

/** Waits until `found` gives something; a test's own time limit ends it. */
export async function until<T>(found: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const value = await found();
    if (value) return value;
    await sleep(50);
  }
}

/** The newest recorded step of a run; 0 before there is one. */
export async function stepOf(runFolder: string): Promise<number> {
  const rows = await readMetrics(runFolder).catch(() => []);
  return rows.at(-1)?.step ?? 0;
}

/** Waits until the run has recorded a later step than now. */
export async function goesOn(runFolder: string): Promise<void> {
  const before = await stepOf(runFolder);
  await until(async () => (await stepOf(runFolder)) > before);
}

/** The run's process, as the run folder says. */
export async function processOf(runFolder: string): Promise<number> {
  return until(async () => {
    const text = await readFile(join(runFolder, 'process.json'), 'utf8').catch(() => '');
    return text.endsWith('\n') && (JSON.parse(text) as { pid: number }).pid;
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether a program of the system is there. */
export const has = (program: string): boolean =>
  process.platform !== 'win32' && spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** A small file system of its own needs a mount namespace, which not every user may make. */
export const mayMount =
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs -o size=64k none /mnt']).status === 0;

/** Runs a script of a shell in which `$VAE` is the command, in a mount namespace of its own. */
export const inMountNamespace = (cli: Cli, script: string): Promise<Ended> =>
  ended(cli.shell(`exec unshare -m sh -c '${script.replaceAll("'", `'"'"'`)}'`));

/** Expects of two runs the same curve, but for the seconds, and the same bytes in the last checkpoint. */
export async function expectSameRun(runFolder: string, other: string): Promise<void> {
  const rows = async (of: string) => (await readMetrics(of)).map((row) => ({ ...row, seconds: 0 }));
  expect(await rows(runFolder)).toEqual(await rows(other));
  const last = (await listCheckpoints(runFolder)).at(-1)!;
  const files = [runFolder, other].map((of) => readFile(join(of, 'checkpoints', `${last}.safetensors`)));
  const [a, b] = await Promise.all(files);
  expect(a!.equals(b!)).toBe(true);
}

/** Kills the process that trains, and waits for the next one. */
export async function killAndWait(runFolder: string): Promise<void> {
  const pid = await processOf(runFolder);
  process.kill(pid, 'SIGKILL');
  await until(async () => !isAlive(pid) && (await processOf(runFolder)) !== pid);
}

/** A training that has a checkpoint every 200 steps. */
export const trainSteadily = (samples: number, run: string, ...more: string[]): string[] => [
  ...['train', '--data', 'digits:300', ...SMALL, '--samples', String(samples), '--run', run],
  ...['--set', 'checkpointEvery=200', '--set', 'patience=0', ...more],
];

/** A training of some seconds, as a shell takes it. Whoever disturbs it holds it meanwhile (SIGSTOP), or it might end before. */
export const TRAIN_60000 = [
  ...['train', '--data', 'digits:300', '--samples', '60000', ...SMALL],
  ...['--set', 'checkpointEvery=300', '--set', 'patience=0'],
].join(' ');

/** What the script waits for, in turns of a fifth of a second: each shows that the training moves or is still there. */
export const UNTIL_FOUND = `until_found() { until grep -q "$1" err.txt; do kill -0 $pid || { echo ended early; cat err.txt; exit 1; }; sleep 0.2; done; }`;

/** The command, with the run `whole` of `TRAIN_60000` that nothing disturbed. */
export async function cliWithWholeRun(): Promise<Cli> {
  const cli = await Cli.build();
  const { code } = await cli.run([...TRAIN_60000.split(' '), '--run', 'whole']);
  expect(code).toBe(0);
  return cli;
}
