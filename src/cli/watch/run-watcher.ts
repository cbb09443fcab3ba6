import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MetricRow } from '../../domain/metrics';
import { listedRun } from '../../runs/guarded-path';
import { runStamp } from '../../runs/run-stamp';
import { lockHolder } from '../../runs/lock';
import { METRICS_FILE } from '../../runs/metrics';
import { newestFirst } from '../../runs/newest-first';
import type { Begun } from '../../runs/newest-first';
import { FOLDERS_AT_ONCE, begunOf, foldersOfRuns, isDamaged, readListedRun } from '../../runs/store';
import { mapLimited } from '../../shared/map-limited';
import { findRunsRoot } from '../run-argument';
import { LiveEngine } from './live-engine';
import { damagedRun, liveRun, recordedRun, runWithoutRecord } from './watched-run';
import type { WatchedRun } from './watched-run';

/** What is watched: one run, or the runs of a folder, which may come and go. */
export type WatchTarget = { readonly run: string } | { readonly folder: string };

/** What is read again only when its files have changed. */
interface Reading {
  readonly stamp: string;
  readonly lastRow: MetricRow | null;
  readonly begun: Begun;
  readonly run: WatchedRun;
}

/** How long a look waits for answers of engines, in ms; later ones are shown by the next look. */
const ANSWERS_MS = 300;

/** Runs and what is known of them, looked at again and again. */
export class RunWatcher {
  /** Reasons why something cannot be listed, as of the last look. */
  notices: readonly string[] = [];
  private readonly readings = new Map<string, Reading>();
  private readonly engines = new Map<string, LiveEngine>();

  constructor(private readonly targets: readonly WatchTarget[]) {}

  /** Reads what has changed and asks live engines. Calls must not overlap. @returns runs, newest first */
  async look(): Promise<readonly WatchedRun[]> {
    const notices: string[] = [];
    const folders = await this.folders(notices);
    this.forgetAllBut(folders);
    await mapLimited([...folders], FOLDERS_AT_ONCE, (folder) => this.read(folder));
    await this.askEngines();
    this.notices = notices;
    return [...this.readings.values()]
      .sort((a, b) => newestFirst(a.begun, b.begun) || (a.run.folder < b.run.folder ? -1 : 1))
      .map(({ run }) => this.withEngine(run));
  }

  /** Leaves the engines. */
  close(): void {
    this.forgetAllBut(new Set());
  }

  private async folders(notices: string[]): Promise<Set<string>> {
    const folders = new Set<string>();
    for (const target of this.targets) {
      if ('run' in target) folders.add(target.run);
      else
        try {
          const root = await findRunsRoot(target.folder);
          const found = await foldersOfRuns(root, (message) => notices.push(message));
          for (const folder of found) folders.add(folder);
        } catch (error) {
          notices.push((error as Error).message);
        }
    }
    return folders;
  }

  private forgetAllBut(folders: ReadonlySet<string>): void {
    for (const folder of this.readings.keys()) if (!folders.has(folder)) this.forget(folder);
  }

  private forget(folder: string): void {
    this.readings.delete(folder);
    this.engines.get(folder)?.close();
    this.engines.delete(folder);
  }

  private async read(folder: string): Promise<void> {
    const before = this.readings.get(folder);
    const holder = await lockHolder(folder).catch(() => 'none');
    const isHeld = holder === 'alive' || holder === 'foreign';
    const stamp = `${isHeld} ${await runStamp(listedRun(folder), ['config.json', METRICS_FILE])}`;
    if (before?.stamp === stamp) return;
    const reading = await readFolder(folder, before?.lastRow ?? null, isHeld);
    if (reading === null) return this.forget(folder);
    this.readings.set(folder, { stamp, ...reading });
  }

  private async askEngines(): Promise<void> {
    const asked: Promise<void>[] = [];
    for (const { run } of this.readings.values()) {
      const { folder } = run;
      const isLive = run.state === 'running' || run.state === 'preparing';
      if (isLive) {
        const engine = this.engines.get(folder) ?? new LiveEngine(folder);
        this.engines.set(folder, engine);
        asked.push(engine.ask());
      } else {
        this.engines.get(folder)?.close();
        this.engines.delete(folder);
      }
    }
    if (asked.length > 0) await Promise.race([Promise.all(asked), sleep(ANSWERS_MS)]);
  }

  private withEngine(run: WatchedRun): WatchedRun {
    const engine = this.engines.get(run.folder);
    if (engine === undefined) return run;
    const shown = engine.status === null ? run : liveRun(run, engine.status);
    return engine.isResponding
      ? shown
      : { ...shown, state: 'not responding', samplesPerSecond: null, secondsLeft: null };
  }
}

/** Returns what a folder says; null if it is no run, nor about to become one. */
async function readFolder(
  folder: string,
  before: MetricRow | null,
  isHeld: boolean,
): Promise<Omit<Reading, 'stamp'> | null> {
  const read = await readListedRun(folder);
  if (read === null) {
    if (!isHeld) return null;
    const name = basename(folder);
    const run = runWithoutRecord({ folder, name }, 'preparing', '');
    return { lastRow: null, begun: { name, createdAt: null }, run };
  }
  return isDamaged(read)
    ? { lastRow: null, begun: begunOf(read), run: damagedRun(read) }
    : { lastRow: read.lastRow, begun: begunOf(read), run: recordedRun(read, before) };
}
