import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CompareView, ComparedImage } from '../../protocol/compare';
import type { EncodeFailure } from '../../protocol/engine';
import { fileOfImage, uriOfPage } from '../../domain/page-id';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import { ABOUT_FILE } from '../../runs/about';
import { comparisonOf, readForComparison, thinnedRows } from '../../runs/comparison';
import type { RunReading } from '../../runs/comparison';
import type { RunConfig } from '../../runs/config';
import { idOfPath } from '../../runs/excluded-images';
import { fileStamp } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import { METRICS_FILE } from '../../runs/metrics';
import { folderOf, uriOf } from './compared-runs';
import type { ComparedRuns } from './compared-runs';
import { permittedImage } from '../files';
import type { EnginePool } from '../engines/engine-pool';
import { Command } from '../identifiers';
import type { CommandId } from '../identifiers';
import type { Translate } from '../format';
import { compareMethods } from '../../protocol/schemas/compare';
import type { CompareMethods } from '../../protocol/schemas/compare';
import { checked } from '../../protocol/schemas/method';

export interface CompareServices {
  readonly compared: ComparedRuns;
  readonly models: EnginePool;
  execute(command: CommandId, ...args: unknown[]): void;
  mayStartEngine(): boolean;
  readonly t: Translate;
}

/** Handles requests of the compare panel, about the compared runs only. */
export function compareHandlers(services: CompareServices): Handlers<CompareMethods> {
  const { compared, models, t } = services;

  function chosen(uri: string): string {
    const folder = folderOf(uri);
    if (folder !== undefined && compared.folders.includes(folder)) return folder;
    throw new RpcError('bad-input', 'expected one of the compared runs');
  }

  /** Readings of ended runs, cached until their metrics or their names change: a curve may have 20,000 rows. */
  const readings = new Map<string, { readonly stamp: string; readonly reading: RunReading }>();

  async function read(folder: string): Promise<RunReading> {
    const files = await Promise.all([METRICS_FILE, ABOUT_FILE].map((name) => fileStamp(inRun(folder, name))));
    const stamp = files.map((file) => (file === null ? '' : `${file.size} ${file.mtimeMs}`)).join(', ');
    const known = readings.get(folder);
    if (known?.stamp === stamp && known.reading.record.outcome !== 'running') return known.reading;
    const reading = await readForComparison(folder);
    readings.set(folder, { stamp, reading });
    return reading;
  }

  const configOf = async (folder: string): Promise<RunConfig> => (await read(folder)).record.config;

  function requireModels(): void {
    if (services.mayStartEngine()) return;
    throw new RpcError('not-allowed', t('Models can be opened only in a trusted workspace.'));
  }

  function first(): string {
    const [folder] = compared.folders;
    if (folder === undefined) throw new RpcError('not-ready', t('No runs are compared.'));
    return folder;
  }

  /** Returns a run's cards for image ids. An image excluded from its dataset gets an error instead of a card. */
  async function cardsOf(folder: string, { data }: RunConfig, ids: readonly string[], signal: AbortSignal) {
    const { source } = data;
    const out = new Set(source.leftOut?.map((path) => idOfPath(source, path)));
    const had = ids.filter((id) => !out.has(id));
    const cards = had.length === 0 ? [] : await models.ask(folder, 'mapCards', { ids: had }, signal);
    const byId = new Map(cards.map((card) => [card.id, card]));
    const error = t('This run was trained without this image.');
    return ids.map((id): ComparedImage | EncodeFailure => byId.get(id) ?? { uri: id, error });
  }

  return checked(compareMethods, {
    async comparison(): Promise<CompareView | null> {
      if (compared.folders.length === 0) return null;
      const { runs, ...rest } = comparisonOf(await Promise.all(compared.folders.map(read)));
      return {
        ...rest,
        runs: runs.map(({ folder, ...run }) => ({ ...run, uri: uriOf(folder) })),
        mayOpenModels: services.mayStartEngine(),
      };
    },
    curve: async ({ run }) => thinnedRows((await read(chosen(run))).rows),
    async images(_params, signal) {
      requireModels();
      return models.ask(first(), 'timeImages', {}, signal);
    },
    async cards({ run, ids }, signal) {
      requireModels();
      const folder = chosen(run);
      const [own, of] = [await configOf(folder), await configOf(first())];
      if (isSameSource(own, of)) return cardsOf(folder, own, ids, signal);
      const uris = await filesOf(of, ids, t);
      const cards: (ComparedImage | EncodeFailure)[] = [
        ...(await models.ask(folder, 'encode', { uris }, signal)),
      ];
      return cards;
    },
    async decoded({ run, points }, signal) {
      requireModels();
      const folder = chosen(run);
      if ('count' in points) return models.ask(folder, 'sample', { from: 'prior', ...points }, signal);
      const { dimensions, side } = points;
      return models.ask(folder, 'manifold', { surface: { dimensions }, side }, signal);
    },
    openRun: ({ run }) => services.execute(Command.openExplorer, chosen(run)),
    pick: () => services.execute(Command.compareRuns),
  });
}

/**
 * Returns whether image ids of one run mean the same images in the other. In a folder, images may have been added, deleted or
 * excluded, so only the fingerprint counts.
 */
const isSameSource = (a: RunConfig, b: RunConfig): boolean =>
  a.data.fingerprint === b.data.fingerprint ||
  (a.data.source.kind !== 'folder' && wholeSource(a) === wholeSource(b));

const wholeSource = ({ data }: RunConfig): string => JSON.stringify({ ...data.source, leftOut: undefined });

/**
 * Returns the files of images, for a run that was trained on other data.
 * @throws RpcError if the images are inside a container
 */
async function filesOf({ data }: RunConfig, ids: readonly string[], t: Translate): Promise<string[]> {
  if (data.source.kind !== 'folder') {
    const why = t(
      'This run was not trained on {0}, and the images of {0} are inside a container file.',
      data.name,
    );
    throw new RpcError('not-found', why);
  }
  const folder = fileURLToPath(data.source.uri);
  const uris = ids.map((id) => {
    const { file, page } = fileOfImage(id);
    return uriOfPage(pathToFileURL(join(folder, file)).href, page);
  });
  for (const uri of uris) await permittedImage(uri, [], [folder]);
  return uris;
}
