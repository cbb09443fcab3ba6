import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RemoteRuns } from '../../../src/host/clusters/remote-runs';
import type { RemoteEnd, RemoteRunsOptions, RemoteTrouble } from '../../../src/host/clusters/remote-runs';
import { Engines } from '../../../src/host/engines/engines';
import { RunsModel } from '../../../src/host/runs/runs-model';
import type { RunEntry } from '../../../src/host/runs/runs-model';
import { writeRemoteRun } from '../../../src/runs/remote-run';
import type { RemoteRun } from '../../../src/runs/remote-run';
import type { FakeDashboard } from '../../cluster/fake-dashboard';
import { connectionOf, remoteRun } from '../../cluster/remote-world';
import { t } from '../support';

/** Makes the folder of a run that was submitted. @returns its path */
export async function submittedRun(root: string, change: Partial<RemoteRun> = {}): Promise<string> {
  const folder = join(root, 'far');
  await mkdir(folder, { recursive: true });
  await writeRemoteRun(folder, remoteRun(change));
  return folder;
}

/** A window with the runs of a folder, which follows those that clusters train. */
export class ClusterWindow {
  readonly runs: RunsModel;
  readonly remotes: RemoteRuns;
  readonly ends: RemoteEnd[] = [];
  readonly troubles: RemoteTrouble[] = [];
  readonly logged: string[] = [];
  isAllowed = true;
  private readonly engines = new Engines({
    engineFolder: '/nothing',
    choose: () => ({ engine: 'auto', threads: 0 }),
    checkAllowed: () => undefined,
  });

  constructor(root: string, dashboard: FakeDashboard, change: Partial<RemoteRunsOptions> = {}) {
    this.runs = new RunsModel(() => [root], this.engines);
    this.remotes = new RemoteRuns({
      ...{ runs: this.runs, connect: () => Promise.resolve(connectionOf(dashboard)) },
      ...{ isAllowed: () => this.isAllowed, isWatched: () => true },
      ...{ now: () => performance.now(), date: () => new Date(), t },
      log: (message) => void this.logged.push(message),
      ...change,
    });
    this.remotes.ended((end) => this.ends.push(end));
    this.remotes.troubled((trouble) => this.troubles.push(trouble));
  }

  /** The only run; undefined if none is listed. */
  get entry(): RunEntry | undefined {
    return this.runs.entries[0];
  }

  /** Ends as when the window is closed. */
  async close(): Promise<void> {
    // What was left is not followed again.
    this.isAllowed = false;
    for (const { folder } of this.runs.entries) await this.remotes.leave(folder);
    this.remotes.dispose();
    this.runs.dispose();
    this.engines.dispose();
  }
}
