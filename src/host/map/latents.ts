import * as vscode from 'vscode';
import type { EngineMethods } from '../../protocol/schemas/engine';
import { sameLayout } from '../../protocol/layout';
import type { LayoutParameters } from '../../protocol/layout';
import { MAX_PIECE_IMAGES } from '../../protocol/map';
import type { MapSet, MapState } from '../../protocol/map';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { ExtensionServices } from '../services';
import { ApiCommand } from '../identifiers';
import { requireTrust } from '../trust';
import { modelRun } from '../commands/image-arguments';
import { SPLIT_NAMES } from '../../domain/split';
import type { SplitName } from '../../domain/split';
import { encodedMap } from './encoded-map';
import { runMapWork } from './map-work';
import type { MapWork } from './map-work';
import { parseArgument } from '../commands/parse-argument';
import { latentsParams } from '../commands/api-parameters';
import { formatCount } from '../../text/format-count';

/** The images of a run's dataset with columns of numbers from their posteriors; all lists are in the order of `ids`. */
export interface PlainLatents {
  readonly run: string;
  /** Training step of the weights that encoded the images. */
  readonly step: number;
  readonly ids: string[];
  /** Class names; null if there are none. */
  readonly labels: (string | null)[] | null;
  readonly splits: SplitName[];
  readonly columns: Record<string, number[]>;
}

type Job = NonNullable<MapState['job']>;
type Ask = <K extends MethodName<EngineMethods>>(
  method: K,
  params: Params<EngineMethods, K>,
) => Promise<Result<EngineMethods, K>>;

/** Encodes the images if necessary for the current weights, and returns them with the requested columns. */
export async function latents(host: ExtensionServices, argument: unknown): Promise<PlainLatents> {
  requireTrust();
  const { run, columns, umap } = parseArgument(ApiCommand.latents, latentsParams, argument);
  const { folder } = await modelRun(host, { run });
  const ask: Ask = (method, params) => host.engines.ask(folder, method, params);
  const engine = (): number | null => host.engines.connection(folder).pid;
  const where = { location: vscode.ProgressLocation.Window, title: ApiCommand.latents };
  return vscode.window.withProgress(where, async (progress) => {
    const report = (message: string): void => progress.report({ message });
    const start = await ask('map', {});
    const cancelledText = 'the images could not be encoded';
    const encoding = {
      start,
      cancelledText,
      current: true,
      report: ({ done, total }: Job) => report(`${formatCount(done)} / ${formatCount(total)}`),
    };
    // It is not cancelled here.
    const set = (await encodedMap(host.engines, folder, encoding))!;
    if (umap !== undefined) await laidOut(ask, engine, set, umap, report);
    const ids: string[] = [];
    const labels: (string | null)[] = [];
    const splits: PlainLatents['splits'] = [];
    const values: Record<string, number[]> = Object.fromEntries(columns.map((column) => [column, []]));
    for (let first = 0; first < set.count; first += MAX_PIECE_IMAGES) {
      const piece = { key: set.key, first, count: Math.min(MAX_PIECE_IMAGES, set.count - first) };
      const images = await ask('mapImages', piece);
      for (const id of images.ids) ids.push(id);
      for (const split of images.splits) splits.push(SPLIT_NAMES[split]!);
      for (const label of images.labels ?? []) labels.push(set.labelNames?.[label] ?? null);
      for (const column of columns)
        for (const value of await ask('mapColumn', { ...piece, column })) values[column]!.push(value);
    }
    return { run: folder, step: set.step, ids, labels: set.labelNames && labels, splits, columns: values };
  });
}

/** Runs UMAP on these images with these parameters, unless that has been done. */
async function laidOut(
  ask: Ask,
  engine: MapWork<string>['engine'],
  { layout: known }: MapSet,
  parameters: LayoutParameters,
  report: (message: string) => void,
): Promise<void> {
  if (known && sameLayout(known, parameters)) return;
  const isMade = ({ set }: MapState): boolean => set?.layout != null && sameLayout(set.layout, parameters);
  const work: MapWork<string> = {
    engine,
    begin: () => ask('startLayout', parameters),
    state: () => ask('map', {}),
    progress: ({ layout: { job } }) =>
      job && `UMAP: ${job.stage} ${formatCount(job.done)} / ${formatCount(job.total)}`,
    isMade: (state) => isMade(state) || state.layout.error !== '',
  };
  const state = await runMapWork(work, report);
  const { error } = state.layout;
  if (error !== '' || !isMade(state))
    throw new Error(error || 'the images could not be laid out: the layout was cancelled');
}
