import type * as vscode from 'vscode';
import type { Cards } from './cards';
import type { ComparedRuns } from './compared';
import type { CurrentRun } from './currentRun';
import type { DirectionWish } from './directionWish';
import type { Engines } from './engines';
import type { InterpolationModel } from './interpolation';
import type { Log } from './log';
import type { MapFocus } from './mapFocus';
import type { RunsModel } from './runs/runsModel';

/** What commands work on. */
export interface Host {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly engines: Engines;
  readonly runs: RunsModel;
  readonly current: CurrentRun;
  readonly cards: Cards;
  readonly interpolation: InterpolationModel;
  readonly mapFocus: MapFocus;
  readonly directionWish: DirectionWish;
  readonly compared: ComparedRuns;
  showExplorer(): void;
  showComparison(): void;
  showInterpolation(): Promise<void>;
}
