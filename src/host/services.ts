import type * as vscode from 'vscode';
import type { Cards } from './encode/cards';
import type { ComparedRuns } from './compare/compared-runs';
import type { CurrentRun } from './runs/current-run';
import type { DirectionWish } from './directions/direction-request';
import type { Engines } from './engines/engines';
import type { InterpolationModel } from './interpolation/interpolation';
import type { Log } from './log';
import type { MapFocus } from './map/map-focus';
import type { RunsModel } from './runs/runs-model';

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
