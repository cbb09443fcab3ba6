import type { MethodName, Params, Result } from '../protocol/rpc';
import type { EngineMethods } from '../protocol/schemas/engine';
import type { PresetName } from '../runs/config';

/** A training to start, of images whose paths were checked. */
interface NewTraining {
  /** Path of the dataset, or the name of one that is built in or downloaded. */
  readonly data: string;
  readonly preset: PresetName;
  /** Absent for the preset's number of training datapoints. */
  readonly samples?: number;
  readonly seed: number;
  readonly set: Readonly<Record<string, string>>;
  /** Path of a table with labels, and its column. */
  readonly labels?: string;
  readonly labelColumn?: string;
}

/** What tools work on: a command line's folder, or an editor's workspace. Its paths are absolute. */
export interface ToolHost {
  /** Folders that every path of a tool's input must lie in, after resolving links; relative paths start at the first. */
  readonly roots: readonly string[];
  /** Folders of runs, the one for new runs first. */
  readonly runsRoots: readonly string[];
  /**
   * Further folders that images may be read from; null if a run's images may lie anywhere. A run folder may be someone else's, and
   * names its images.
   */
  readonly imageRoots: readonly string[] | null;
  /** Names of datasets that are no paths, like `digits`. */
  readonly namedDatasets: readonly string[];
  /** Folder of the engine's bundles. */
  readonly engineFolder: string;
  /** Why nothing may be started, stopped or written, and how that is allowed; null if it may. */
  readonly refusal: string | null;
  /** Asks an engine that answers for the run; one is started if there is none. */
  ask<K extends MethodName<EngineMethods>>(
    runFolder: string,
    method: K,
    params: Params<EngineMethods, K>,
    signal?: AbortSignal,
  ): Promise<Result<EngineMethods, K>>;
  /** Starts training in a new run folder, and resolves to it once the images are read and training runs. */
  train(training: NewTraining, signal: AbortSignal): Promise<string>;
  /** Called after a file of the run, or beside the runs, was changed. */
  changed(runFolder: string): void;
}
