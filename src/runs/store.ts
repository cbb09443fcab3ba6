import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { MetricRow, ValidationRow } from '../protocol/metrics';
import { writeAtomically } from './atomic';
import { listCheckpoints } from './checkpoint';
import type { RunConfig } from './config';
import { lockHolder } from './lock';
import { readMetricLines, rowsOf } from './metrics';

/** The folder is no run folder, or not a readable one; the message says what was found and what to do. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

export type RunOutcome = 'running' | 'finished' | 'stopped' | 'failed' | 'interrupted';

/** What the folder says of a run, without its engine. */
export interface RunRecord {
  readonly folder: string;
  readonly name: string;
  readonly config: RunConfig;
  readonly outcome: RunOutcome;
  /** Why it failed, or empty. */
  readonly message: string;
  readonly lastRow: MetricRow | null;
  /** The validation row with the highest bound. */
  readonly best: ValidationRow | null;
  readonly checkpoints: readonly number[];
}

/** Longest config.json accepted, in bytes: it may name images that are left out. */
const MAX_CONFIG = 16_000_000;

/** `yyyymmdd-hhmmss-name` in UTC, in a new folder under `runsRoot`; `.vae/.gitignore` keeps runs out of git. */
export async function createRunFolder(runsRoot: string, name: string, now: Date): Promise<string> {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  await mkdir(runsRoot, { recursive: true });
  if (basename(dirname(resolve(runsRoot))) === '.vae') {
    await writeFile(join(dirname(resolve(runsRoot)), '.gitignore'), '*\n', { flag: 'wx' }).catch(
      () => undefined,
    );
  }
  for (let attempt = 1; ; attempt++) {
    const folder = join(runsRoot, `${stamp}-${slug || 'run'}${attempt === 1 ? '' : `-${attempt}`}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt >= 1000) throw error;
    }
  }
}

export async function writeConfig(folder: string, config: RunConfig): Promise<void> {
  await writeAtomically(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
}

export async function readConfig(folder: string): Promise<RunConfig> {
  const path = join(folder, 'config.json');
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > MAX_CONFIG) throw new RunError(`${path} has ${size} bytes, expected at most ${MAX_CONFIG}`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof RunError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new RunError(
        `${folder} is not a run folder: it has no config.json. 'vae runs' lists the runs here.`,
      );
    }
    throw new RunError(`cannot read ${path}: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RunError(`${path} is not JSON: ${(error as Error).message}`);
  }
  // Loaded when first needed: the schema costs most of the extension's start.
  const { runConfigSchema } = await import('./config');
  const result = runConfigSchema.safeParse(value);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  throw new RunError(`${path} is not a run's configuration: ${first?.path.join('.')}: ${first?.message}`);
}

function bestOf(rows: readonly MetricRow[]): ValidationRow | null {
  let best: ValidationRow | null = null;
  for (const row of rows) if (row.type === 'validation' && (!best || row.elbo > best.elbo)) best = row;
  return best;
}

export async function readRun(folder: string): Promise<RunRecord> {
  const config = await readConfig(folder);
  const lines = await readMetricLines(folder);
  const rows = rowsOf(lines);
  const last = lines.findLast((line) => line.type === 'ended' || line.type === 'resumed');
  const ended = last?.type === 'ended' ? last : null;
  const holder = await lockHolder(folder);
  const outcome = holder === 'alive' || holder === 'foreign' ? 'running' : (ended?.state ?? 'interrupted');
  return {
    folder,
    name: basename(folder),
    config,
    outcome,
    message: ended?.message ?? '',
    lastRow: rows.at(-1) ?? null,
    best: bestOf(rows),
    checkpoints: await listCheckpoints(folder),
  };
}

/** Every run under `runsRoot`, newest first; folders that are none are left out. */
export async function listRuns(runsRoot: string): Promise<RunRecord[]> {
  const names = await readdir(runsRoot).catch(() => []);
  const records = await Promise.all(names.map((name) => readRun(join(runsRoot, name)).catch(() => null)));
  return records.filter((record) => record !== null).sort((a, b) => (a.name < b.name ? 1 : -1));
}
