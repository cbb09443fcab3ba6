import { basename } from 'node:path';
import { memberLimit } from '../runs/archive/run-members';
import { keepCheckpoint, listCheckpoints } from '../runs/checkpoint';
import { fileStamp, replaceFile } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';
import { goesBack, lastLines } from '../runs/metrics';
import { MetricsWriter } from '../runs/metrics-writer';
import { parseMetricLine } from '../runs/metric-line';
import type { MetricLine } from '../runs/metric-line';
import type { RemoteJob } from '../runs/remote-run';
import { keepSnapshot, listSnapshots } from '../runs/snapshots';
import { RunError } from '../runs/run-error';
import { parseConfig } from '../runs/store';
import { stepsOf } from '../runs/weights';
import { visibleText } from '../text/visible-text';
import { adaptedConfig } from './adapted-config';
import { ClusterError } from './ray/errors';
import type { RayFiles } from './ray/files';

/** Lines by which the place in the file on the cluster is found. */
const KNOWN_LINES = 20;
/** Times that a file is fetched whose bytes are no whole checkpoint. */
const MAX_TRIES = 5;
/** Looks for files until snapshots are looked for again. */
const SNAPSHOT_LOOKS = 5;
/** Files that say what is trained; they change at a resume alone. */
const FACTS = ['config.json', 'images.json'] as const;
/** The newest weights that are fetched: more than a run keeps, so that a cluster that lists any number does not fill the disk. */
const MAX_CHECKPOINTS = 8;
const MAX_SNAPSHOTS = 500;
/** Bytes that are fetched of the end of a log. */
const MAX_LOG_LINES = 2000;
const MAX_LOG_BYTES = 4 << 20;

/** A run on a cluster whose files are fetched. */
export interface PulledRun {
  /** Its folder there, below the folder of logs. */
  readonly place: string;
  /** Where its images are here; null if they are not. */
  readonly source: RemoteJob['source'];
}

/**
 * Brings what a run has on the cluster into its folder here: the curve line by line, other files when they are whole. Call with the run's
 * lock. Nothing is believed: names are those of a run's files, sizes have limits, weights have their checksums.
 */
export class RunPull {
  private known: readonly string[] = [];
  private count = -1;
  /** For files, so far. */
  private looks = 0;
  /** Lines that the last two looks found. */
  private found: readonly [number, number] = [30, 30];
  private readonly tries = new Map<string, number>();
  /** Weights that are here, by folder and step, and other ones on the cluster. */
  private readonly outdated = new Set<string>();
  private readonly place: string;

  constructor(
    private readonly runFolder: string,
    private readonly files: RayFiles,
    private readonly run: PulledRun,
    private readonly onWarning: (text: string) => void,
  ) {
    this.place = run.place;
  }

  /**
   * Appends the lines that are new on the cluster. @returns them, but for those that cannot be read
   * @throws ClusterError, also if the curve there is not the one that is here
   */
  async curve(node: string): Promise<MetricLine[]> {
    if (this.count < 0) await this.look();
    const name = `${this.place}/metrics.jsonl`;
    const expected = Math.max(...this.found) + 1;
    const lines = await this.files.linesAfter(node, name, this.known, this.count, expected);
    if (lines === null) {
      // Before the job has copied there what it goes on from.
      if ((await this.files.list(node, name)).length === 0) return [];
      throw new ClusterError(
        'refused',
        `the curve of ${this.runFolder} is not the beginning of the one on the cluster: it was changed here or there. Move metrics.jsonl away to fetch it again`,
      );
    }
    this.found = [this.found[1], lines.length];
    if (lines.length === 0) return [];
    const writer = await MetricsWriter.open(this.runFolder);
    try {
      await writer.appendText(lines);
    } finally {
      await writer.close();
    }
    this.known = [...this.known, ...lines].slice(-KNOWN_LINES);
    this.count += lines.length;
    const parsed = lines.map(parseMetricLine).filter((line) => line !== null);
    for (const line of parsed) if (goesBack(line)) await this.noteStepsAfter(line.resumedFrom);
    return parsed;
  }

  /** Weights of later steps that are here are of a training that went on in another way since. */
  private async noteStepsAfter(step: number): Promise<void> {
    for (const [folder, list] of [
      ['checkpoints', listCheckpoints],
      ['snapshots', listSnapshots],
    ] as const)
      for (const later of await list(this.runFolder))
        if (later > step) this.outdated.add(`${folder}/${later}`);
  }

  private async look(): Promise<void> {
    // Cuts off a torn line.
    await (await MetricsWriter.open(this.runFolder)).close();
    const { lines, count } = await lastLines(this.runFolder, KNOWN_LINES);
    this.known = lines;
    this.count = count;
  }

  /**
   * Fetches the files that are new there.
   * @param isLast also fetches again what may have changed, and the end of the log @returns paths and sizes of what was fetched
   */
  async fetchFiles(
    node: string,
    isLast: boolean,
  ): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
    const fetched: { path: string; bytes: number }[] = [];
    const keep = async (path: string, write: (bytes: Buffer) => Promise<boolean | void>): Promise<void> => {
      const bytes = await this.files.read(node, `${this.place}/${path}`, memberLimit(path) ?? MAX_LOG_BYTES);
      // Deleted there meanwhile.
      if (bytes === null) return;
      if ((await write(bytes)) !== false) fetched.push({ path, bytes: bytes.length });
    };
    const stamps = await Promise.all(FACTS.map((name) => fileStamp(inRun(this.runFolder, name))));
    const wanted = FACTS.filter((_, i) => isLast || stamps[i] === null);
    const there = wanted.length === 0 ? [] : await this.files.list(node, `${this.place}/*.json`);
    for (const name of wanted) {
      if (!there.includes(`${this.place}/${name}`)) continue;
      await keep(name, async (bytes) => {
        const own = name === 'config.json' ? await this.ownConfig(bytes) : bytes;
        await replaceFile(inRun(this.runFolder, name), [own]);
      });
    }
    for (const [folder, write, list, most] of [
      ['checkpoints', keepCheckpoint, listCheckpoints, MAX_CHECKPOINTS],
      ['snapshots', keepSnapshot, listSnapshots, MAX_SNAPSHOTS],
    ] as const) {
      // They are many, and seldom new.
      if (folder === 'snapshots' && this.looks++ % SNAPSHOT_LOOKS !== 0 && !isLast) continue;
      const names = await this.files.list(node, `${this.place}/${folder}/*.safetensors`);
      const steps = stepsOf(names.map((name) => name.slice(name.lastIndexOf('/') + 1))).slice(-most);
      const here = await list(this.runFolder);
      for (const step of steps.filter(
        (each) => !here.includes(each) || this.outdated.has(`${folder}/${each}`),
      )) {
        const path = `${folder}/${step}.safetensors`;
        if ((this.tries.get(path) ?? 0) >= MAX_TRIES) continue;
        await keep(path, async (bytes) => {
          try {
            await write(this.runFolder, step, bytes, steps);
            return void this.outdated.delete(`${folder}/${step}`);
          } catch (error) {
            if (error instanceof RunError || (error as NodeJS.ErrnoException).code !== undefined) throw error;
            this.retry(path, error as Error);
            return false;
          }
        });
      }
    }
    if (isLast)
      await this.files
        .tail(node, `${this.place}/log.txt`, MAX_LOG_LINES, MAX_LOG_BYTES)
        .then((lines) => this.writeLog(lines));
    return fetched;
  }

  /** @throws RunError if the bytes are not a configuration, or are not one here */
  private async ownConfig(bytes: Buffer): Promise<Buffer> {
    const name = 'config.json on the cluster';
    await parseConfig(bytes.toString('utf8'), name);
    const own = adaptedConfig(bytes, { name: basename(this.runFolder), source: this.run.source });
    await parseConfig(own.toString('utf8'), name);
    return own;
  }

  /** It may have been fetched while it was moved, or the connection have cut it. */
  private retry(path: string, error: Error): void {
    const tries = (this.tries.get(path) ?? 0) + 1;
    this.tries.set(path, tries);
    if (tries === MAX_TRIES) this.onWarning(`${path} was left on the cluster: ${error.message}`);
  }

  private async writeLog(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await replaceFile(
      inRun(this.runFolder, 'log.txt'),
      lines.map((line) => `${visibleText(line)}\n`).join(''),
    );
  }
}
