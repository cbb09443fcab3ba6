import type * as vscode from 'vscode';
import type { RemoteRuns } from './clusters/remote-runs';
import type { TrainingPlace } from '../protocol/dataset-review';
import type { SentParts } from '../protocol/schemas/submit-line';
import type { Attention } from './explorer/attention';
import type { Cards } from './encode/cards';
import type { ComparedRuns } from './compare/compared-runs';
import type { CurrentRun } from './runs/current-run';
import type { Route } from '../protocol/panel';
import type { RequestedDirection } from '../protocol/directions';
import type { Engines, EngineSelection } from './engines/engines';
import type { InterpolationModel } from './interpolation/interpolation';
import type { Log } from './log';
import type { PendingRequest } from './pending-request';
import type { InspectRequest } from '../endpoint/inspect-dataset';
import type { PlanRequest } from '../endpoint/plan-training';
import type { PlanLine } from '../protocol/schemas/plan-line';
import type { Emitter } from './emitter';
import type { SweepRequest } from '../endpoint/start-sweep';
import type { SweepOutputLine } from '../protocol/schemas/sweep-line';
import type { SweepsModel } from './sweeps/sweeps-model';
import type { Selections } from './map/selections';
import type { ImageProblems } from './problems/image-problems';
import type { RunList } from './runs/run-list';
import type { RunsModel } from './runs/runs-model';

/** Services of the extension that commands use. */
export interface ExtensionServices {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly engines: Engines;
  readonly runs: RunsModel;
  readonly current: CurrentRun;
  /** Order and filter of the runs tree. */
  readonly runList: RunList;
  readonly cards: Cards;
  readonly interpolation: InterpolationModel;
  readonly attention: Attention;
  readonly selections: Selections;
  readonly mapFocus: PendingRequest<readonly string[]>;
  readonly requestedDirection: PendingRequest<RequestedDirection>;
  /** Fires when a direction file is created or deleted. */
  readonly savedDirectionsChanged: Emitter<void>;
  /** Fires when the classifier of a run was attached or removed. */
  readonly classifierChanged: Emitter<void>;
  readonly problems: ImageProblems;
  readonly compared: ComparedRuns;
  readonly sweeps: SweepsModel;
  /** Shows the window's current run. @param route what of it to bring into view; absent to leave it as it is */
  showExplorer(route?: Omit<Route, 'run'>): void;
  /** Scrolls the runs tree, where it is visible, to a run. */
  revealRun(folder: string): void;
  showComparison(): void;
  /** Shows the page of a sweep. @param folder of the sweep */
  showSweep(folder: string): void;
  showInterpolation(): Promise<void>;
  /** Shows the report on a dataset; returns where to train on it. @param engine that would train */
  askAfterReport(
    name: string,
    request: Omit<InspectRequest, 'engineFolder'>,
    engine: EngineSelection,
  ): Promise<TrainingPlace>;
  /** Plans a training in a process of its own, see `planTraining`. */
  planTraining(
    request: Pick<PlanRequest, 'data' | 'preset' | 'set'> & Partial<EngineSelection>,
    signal: AbortSignal,
    onLine: (line: PlanLine) => void,
  ): Promise<void>;
  /** Follows the runs that clusters train. */
  readonly remotes: Pick<RemoteRuns, 'ended' | 'troubled' | 'wake' | 'noteStopping' | 'settled' | 'leave'>;
  /** Submits a run in a process of its own, see `submitRun` of the endpoint. */
  submitRun(
    args: readonly string[],
    token: string | null,
    agrees: (parts: SentParts) => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Plans a sweep in a process of its own, see `planSweep` of the endpoint. */
  planSweep(
    request: SweepRequest,
    signal: AbortSignal,
    onLine: (line: SweepOutputLine) => void,
  ): Promise<void>;
  /** Starts a sweep in a process that outlives the window. @param folder of the new sweep */
  startSweep(request: SweepRequest, folder: string): Promise<void>;
  /** @param token for its cluster */
  goOnWithSweep(folder: string, token?: string | null): Promise<void>;
}
