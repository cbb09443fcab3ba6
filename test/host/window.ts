import { basename } from 'node:path';
import { NO_ABOUT } from '../../src/domain/run-about';
import type { RunAbout } from '../../src/domain/run-about';
import type { EngineStatus, Hello } from '../../src/protocol/engine';
import type { RunOutcome } from '../../src/domain/run-outcome';
import { Attention } from '../../src/host/explorer/attention';
import { Selections } from '../../src/host/map/selections';
import { ComparedRuns } from '../../src/host/compare/compared-runs';
import { RunList } from '../../src/host/runs/run-list';
import type { FollowedRun } from '../../src/host/runs/followed-run';
import type { RunEntry } from '../../src/host/runs/runs-model';
import type { RemoteRun } from '../../src/runs/remote-run';
import type { ExtensionServices } from '../../src/host/services';
import { SweepsModel } from '../../src/host/sweeps/sweeps-model';
import type { EngineSelection } from '../../src/host/engines/engines';
import type { TrainRequest } from '../../src/runs/config';
import type { ResumeChanges } from '../../src/runs/resume-changes';
import type { RunRecord } from '../../src/runs/store';
import { memento } from './memento';
import { config } from './support';

interface EntryChoice {
  /** Null for a run whose engine has not written anything yet. */
  readonly outcome?: RunOutcome | null;
  /** Of the engine that is connected, or would be. */
  readonly mode?: Hello['mode'] | null;
  readonly status?: EngineStatus | null;
  /** False for an engine that is alive without answering. */
  readonly responding?: boolean;
  readonly about?: Partial<RunAbout>;
  readonly record?: Partial<RunRecord>;
  readonly awaited?: RemoteRun | null;
  readonly followed?: FollowedRun | null;
  readonly call?: (method: string) => Promise<unknown>;
  readonly untilEnded?: () => Promise<boolean>;
}

/** A run of a window, with an engine that does what a test says. */
export function runEntry(folder: string, choice: EntryChoice = {}): RunEntry {
  const {
    outcome = 'finished',
    status = null,
    responding = true,
    mode = status === null ? null : 'train',
  } = choice;
  const record: RunRecord | null =
    outcome === null
      ? null
      : {
          ...{ folder, name: basename(folder), config: config({ name: basename(folder) }), outcome },
          ...{ message: '', lowerLearningRate: null, lastRow: null, best: null, checkpoints: [] },
          about: { ...NO_ABOUT, ...choice.about },
          usedImages: config().data.count,
          unreadMetrics: 0,
          remote: null,
          ...choice.record,
        };
  const connection = {
    ...{ runFolder: folder, mode, status, connected: mode !== null, responding },
    connect: () => Promise.resolve(mode !== null),
    findTraining: () => Promise.resolve(mode === 'train' || !responding),
    call: choice.call ?? (() => Promise.resolve()),
    untilEnded: choice.untilEnded ?? (() => Promise.resolve(true)),
  };
  const { awaited = null, followed = null } = choice;
  const given = connection as unknown as RunEntry['connection'];
  return { folder, record, damage: '', connection: given, awaited, followed };
}

/**
 * The services of a window, which note what is done with them.
 * @param later the runs as the folders are read again
 * @param failures messages with which trainings fail, one each, before they succeed
 */
export function windowWith(entries: readonly RunEntry[], later = entries, failures: string[] = []) {
  const done: string[] = [];
  const requests: TrainRequest[] = [];
  const selections: (EngineSelection | undefined)[] = [];
  let listed = entries;
  const note =
    (what: string) =>
    (...args: readonly unknown[]): void =>
      void done.push([what, ...args].join(' '));
  const compared = new ComparedRuns();
  const host = {
    runs: {
      get entries() {
        return listed;
      },
      find: (folder: string) => listed.find((entry) => entry.folder === folder),
      refresh: () => {
        listed = later;
        return Promise.resolve(note('refresh')());
      },
      expectEnd: note('expect end'),
      include: (folder: string) => Promise.resolve(later.some((entry) => entry.folder === folder)),
    },
    current: {
      get entry() {
        return listed[0];
      },
      choose: (folder: string) => Promise.resolve(note('choose')(folder)),
      leave: (folder: string) => Promise.resolve(note('leave')(folder)),
      during: <T>(folder: string, start: () => Promise<T>): Promise<T> => {
        note('show')(folder);
        return start();
      },
    },
    engines: {
      kill: ({ runFolder }: { runFolder: string }) => Promise.resolve(note('kill')(runFolder)),
      train: (
        folder: string,
        request?: TrainRequest,
        changes: ResumeChanges = {},
        engine?: EngineSelection,
      ) => {
        if (request) {
          requests.push(request);
          selections.push(engine);
        }
        note('train')(folder, ...(Object.keys(changes).length === 0 ? [] : [JSON.stringify(changes)]));
        const failure = failures.shift();
        return Promise.resolve({
          prepared: () =>
            failure === undefined ? Promise.resolve(note('prepared')()) : Promise.reject(new Error(failure)),
        });
      },
    },
    compared,
    sweeps: new SweepsModel(() => []),
    showSweep: note('show sweep'),
    runList: new RunList(memento()),
    context: { extensionPath: '/extension' },
    interpolation: { forget: (folder: string) => Promise.resolve(note('forget path')(folder)) },
    log: { info: () => undefined, show: note('show log') },
    showExplorer: (route?: object) => note('show explorer')(...(route ? [JSON.stringify(route)] : [])),
    attention: new Attention(),
    selections: new Selections(),
    revealRun: note('reveal'),
    showComparison: note('show comparison'),
  };
  return { host: host as unknown as ExtensionServices, compared, done, requests, selections };
}
