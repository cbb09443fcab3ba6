import type { LoadOptions } from '../datasets/load';
import type { Engine } from '../engine/engine';
import type { RunConfig } from '../runs/config';

/** What exports need besides the run, and where they report to. */
export interface ExportWork {
  /** Opens the engine for a run's model; asked for only if images must be encoded or decoded. */
  readonly engine: (config: RunConfig) => Promise<Engine>;
  /** How datasets are loaded here. */
  readonly load: Pick<LoadOptions, 'threads' | 'cache'>;
  readonly signal: AbortSignal;
  /** Takes a sentence on what the files will lack, and why. */
  readonly note: (sentence: string) => void;
  /** Takes what is being done, such as 'encoding images', and how far it is. */
  readonly onProgress: (what: string, done: number, total: number) => void;
}
