import { RunPull } from '../../cluster/pull';
import type { RayFiles } from '../../cluster/ray/files';
import { sweepPlace } from '../../cluster/sweep-script';
import type { ValidationRow } from '../../domain/metrics';
import { makeFolders } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import { RunLock } from '../../runs/lock';
import { MetricsFollower } from '../../runs/metrics-follower';
import type { TrialResult } from '../../sweeps/results';
import type { Sweep } from '../../sweeps/sweep-file';
import type { Context } from '../context';

/** Files are looked for when rows have come, at most so often, in ms. */
const FILES_MS = 5000;

/** A trial that a cluster trains, whose run folder is here. Whoever follows it holds its lock. */
export class RemoteTrial {
  private filesAt = -Infinity;
  private isOpen = true;

  private constructor(
    private readonly pull: RunPull,
    private readonly follower: MetricsFollower,
    private readonly lock: RunLock,
    private readonly rungs: readonly number[],
    private readonly now: () => number,
  ) {}

  /** @param id of the sweep on the cluster @throws LockedError if another process has the run */
  static async open(
    runFolder: string,
    { stopping, request, trials }: Sweep,
    index: number,
    id: string,
    files: RayFiles,
    { now }: Pick<Context, 'now'>,
    onWarning: (text: string) => void,
  ): Promise<RemoteTrial> {
    await makeFolders(inRun(runFolder));
    const lock = await RunLock.take(runFolder);
    const place = `${sweepPlace(id)}/${trials[index]!.run}/run`;
    const pull = new RunPull(runFolder, files, { place, source: request.source }, onWarning);
    return new RemoteTrial(pull, new MetricsFollower(runFolder), lock, stopping?.rungs ?? [], now);
  }

  /** Fetches what is new. @param isLast whether nothing more comes @returns what of its result has changed */
  async fetch(node: string, isLast: boolean): Promise<Partial<TrialResult>> {
    await this.lock.assertOurs();
    const lines = await this.pull.curve(node);
    const isDue = lines.length > 0 && this.now() - this.filesAt >= FILES_MS;
    if (isDue || isLast) {
      this.filesAt = this.now();
      await this.pull.fetchFiles(node, isLast);
    }
    const rows = await this.follower.read().catch(() => []);
    const last = rows.at(-1);
    if (last === undefined) return {};
    const validations = rows.filter((row): row is ValidationRow => row.type === 'validation');
    const bounds = this.rungs.flatMap(
      (rung) => validations.find(({ samples }) => samples >= rung)?.elbo ?? [],
    );
    return {
      ...{ samples: last.samples, seconds: last.seconds, bounds, target: bounds.length },
      best: validations.length === 0 ? null : Math.max(...validations.map(({ elbo }) => elbo)),
      last: validations.at(-1)?.elbo ?? null,
    };
  }

  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.lock.release();
  }
}
