import type { Dataset, DatasetSource, Split } from '../datasets/dataset';
import { leaveOut } from '../datasets/exclude-images';
import { idPrefix } from '../datasets/id-prefix';
import { imageChecksums } from '../datasets/image-checksums';
import { knownFingerprint } from '../datasets/cache/fingerprint-cache';
import { loadDataset } from '../datasets/load';
import type { LoadOptions } from '../datasets/load';
import { fileOfImage } from '../domain/page-id';
import { SPLIT_NAMES } from '../domain/split';
import { DataError } from '../images/data-error';
import type { RunConfig } from '../runs/config';
import { describeChanges, isChanged } from '../runs/image-changes';
import type { ImageChanges } from '../runs/image-changes';
import { NO_PART, readRunImages } from '../runs/run-images';
import type { RunImages } from '../runs/run-images';
import { shapeOf } from '../runs/run-shape';

/** The images of a run that its dataset still has as they were, in the parts that they had. */
export interface RunDataset {
  readonly dataset: Dataset;
  /** How the dataset differs from the run's images, apart from images the user chose to go on without. Null if it is not known. */
  readonly changes: ImageChanges | null;
  /** The list of the dataset's images; null if the dataset is the one that the run was started on, or has no list. */
  readonly images: RunImages | null;
}

/** Describes the images of a dataset, to recognise them later. Throws the abort reason when `signal` is aborted. */
export async function listImages(dataset: Dataset, split: Split, signal?: AbortSignal): Promise<RunImages> {
  const parts = new Uint8Array(dataset.count).fill(NO_PART);
  SPLIT_NAMES.forEach((name, part) => split[name].forEach((index) => (parts[index] = part)));
  return {
    ids: Array.from({ length: dataset.count }, (_, i) => dataset.id(i)),
    checksums: await imageChecksums(dataset, signal),
    parts,
    numbers: Uint32Array.from({ length: dataset.count }, (_, i) => i),
    leftOut: [],
  };
}

/**
 * Loads the images of a run, to look at or to evaluate: those that are as they were or, if that leaves none of a part, all that
 * are there. @param onChanged called with a warning if the dataset has changed @throws DataError, RunError
 */
export async function loadRunDataset(
  runFolder: string,
  config: RunConfig,
  options: LoadOptions,
  onChanged: (message: string) => void,
): Promise<Dataset> {
  const loaded = await loadDataset(config.data.source, { ...shapeOf(config), ...options });
  const warn = (what: string): void =>
    onChanged(`the images of ${config.data.name} are not the same as when the run was trained${what}`);
  try {
    const { dataset, changes } = await selectRunImages(runFolder, config, config, loaded, options);
    if (changes === null) warn('');
    else if (isChanged(changes))
      warn(`: ${describeChanges(changes, config.data.count)}; only those that are as they were are used`);
    return dataset;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    warn(` (${error.message}); all of them are used`);
    return loaded;
  }
}

/**
 * Selects the images of a run from its dataset as it is now.
 * @param before the configuration at the start of the run, or at its last resume @param now the same, or with a new place of the dataset
 * @throws DataError if none are left, or none of a part; RunError
 */
export async function selectRunImages(
  runFolder: string,
  before: RunConfig,
  now: RunConfig,
  loaded: Dataset,
  options: LoadOptions,
): Promise<RunDataset> {
  const none: ImageChanges = { missing: [], changed: [], added: [], reasons: new Map() };
  if (loaded.fingerprint === before.data.fingerprint) return { dataset: loaded, changes: none, images: null };
  const list = await listAt(runFolder, before.data.source, now.data.source);
  if (list === null) return { dataset: loaded, changes: null, images: null };

  const listed = new Map(list.ids.map((id, i) => [id, i]));
  const ignored = new Set(list.leftOut);
  const checksums = await imageChecksums(loaded, options.signal);
  /** Positions in the list of the images that are as they were, in the order of the dataset. */
  const kept: number[] = [];
  const [others, changed, added]: [string[], string[], string[]] = [[], [], []];
  for (let i = 0; i < loaded.count; i++) {
    const id = loaded.id(i);
    const at = listed.get(id);
    listed.delete(id);
    if (at !== undefined && list.checksums[at] === checksums[i]) {
      kept.push(at);
      continue;
    }
    others.push(id);
    if (at !== undefined) changed.push(id);
    else if (!ignored.has(id)) added.push(id);
  }
  const missing = [...listed.keys()];
  const changes = { missing, changed, added, reasons: reasonsFor(missing, loaded, now.data.source) };
  if (kept.length === 0)
    throw new DataError(
      `${loaded.name}: none of the ${list.ids.length} images of the run are left as they were, got ${loaded.count} others`,
    );
  const images: RunImages = {
    ids: kept.map((at) => list.ids[at]!),
    checksums: Uint32Array.from(kept, (at) => list.checksums[at]!),
    parts: Uint8Array.from(kept, (at) => list.parts[at]!),
    numbers: Uint32Array.from(kept, (at) => list.numbers[at]!),
    leftOut: [...new Set([...list.leftOut, ...missing, ...changed, ...added])],
  };
  const split = splitOf(loaded.name, images.parts);
  const some = { ...leaveOut(loaded, others), split };
  const fingerprint = await knownFingerprint(some, options);
  const dataset = {
    ...some,
    source: loaded.source,
    notes: loaded.notes,
    numbers: images.numbers,
    fingerprint,
  };
  return { dataset, changes, images };
}

function splitOf(name: string, parts: Uint8Array): Split {
  const rowsOf = (part: number): Uint32Array =>
    Uint32Array.from({ length: parts.length }, (_, i) => i).filter((i) => parts[i] === part);
  const [train, validation, test] = SPLIT_NAMES.map((part, number) => {
    const rows = rowsOf(number);
    if (rows.length > 0) return rows;
    throw new DataError(
      `${name}: no image of the run's part '${part}' is left as it was, expected at least 1 in each part`,
    );
  });
  return { train: train!, validation: validation!, test: test! };
}

/** Reads the list of the run's images, with their ids now: those in a container file begin with its name. */
async function listAt(
  runFolder: string,
  before: DatasetSource,
  now: DatasetSource,
): Promise<RunImages | null> {
  const list = await readRunImages(runFolder);
  const [old, prefix] = [idPrefix(before), idPrefix(now)];
  if (list === null || old === prefix) return list;
  const renamed = (id: string): string => (id.startsWith(old) ? prefix + id.slice(old.length) : id);
  return { ...list, ids: list.ids.map(renamed), leftOut: list.leftOut.map(renamed) };
}

/** Returns why missing images cannot be used, for those whose file, or a folder of theirs, is there. */
function reasonsFor(
  missing: readonly string[],
  { skipped }: Dataset,
  source: DatasetSource,
): ReadonlyMap<string, string> {
  const prefix = source.kind === 'zip' ? idPrefix(source) : '';
  const reasons = new Map(skipped.map(({ path, reason }) => [path, reason]));
  const found = missing.flatMap((id) => {
    const path = id.slice(prefix.length);
    const parts = path.split('/');
    const folders = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join('/'));
    const paths = [...folders, path, fileOfImage(path).file];
    const reason = paths.map((path) => reasons.get(path)).find((one) => one !== undefined);
    return reason === undefined ? [] : [[id, reason] as const];
  });
  return new Map(found);
}
