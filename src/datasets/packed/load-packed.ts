import { basename, dirname, join } from 'node:path';
import { SPLIT_NAMES } from '../../domain/split';
import type { SplitName } from '../../domain/split';
import { DataError } from '../../images/data-error';
import { partInPlace } from '../arrays/array-parts';
import { joinImages } from '../arrays/join-images';
import { knownFingerprint } from '../cache/fingerprint-cache';
import type { Dataset, Labels } from '../dataset';
import { requestedShape } from '../load-options';
import type { LoadedImages, LoadOptions } from '../load-options';
import { rowPart } from '../rows/file-rows';
import { RandomAccessFile } from '../zip/random-access';
import { parseAbout } from './packed-about';
import type { PackedAbout } from './packed-about';
import { decodeHeader, PACKED_START } from './packed-header';
import type { PackedHeader } from './packed-header';
import { packedSiblings } from './packed-names';

const MAX_ID = 4096;

/** What a file has beside its pixels. */
interface ReadPart {
  readonly path: string;
  readonly header: PackedHeader;
  readonly ids: readonly string[];
  /** Null in all parts but the first. */
  readonly about: PackedAbout | null;
  /** Bytes as in the file; null without them. */
  readonly labels: Buffer | null;
  readonly roles: Buffer | null;
}

/**
 * Loads packed images: the same dataset, with the same ids and fingerprint, as that from which they were packed. Large ones stay in their
 * files, of which only the rows are read that are needed.
 * @param path of the file, or of one of several
 * @throws DataError that names the file, also if its images are not those that were packed
 */
export async function loadPacked(path: string, options: LoadOptions = {}): Promise<LoadedImages> {
  const first = await readPart(path);
  const { parts: total, fingerprint, shape: own } = first.header;
  const names = packedSiblings(basename(path), total);
  if (names === null)
    throw new DataError(
      `${basename(path)}: one of ${total} files of packed images, which are called NAME-00001-of-${String(total).padStart(5, '0')}.safetensors; expected their names as \`vae pack\` made them`,
    );
  const parts: ReadPart[] = [];
  for (const [i, name] of names.entries()) {
    options.signal?.throwIfAborted();
    const part = i + 1 === first.header.part ? first : await readPart(join(dirname(path), name));
    const { header } = part;
    const isOfThese =
      header.part === i + 1 &&
      header.parts === total &&
      header.fingerprint === fingerprint &&
      JSON.stringify(header.shape) === JSON.stringify(own);
    if (!isOfThese)
      throw new DataError(
        `${name}: part ${header.part} of ${header.parts} with fingerprint ${header.fingerprint.slice(0, 12)}, expected part ${i + 1} of ${total} with ${fingerprint.slice(0, 12)}; pack the images again`,
      );
    parts.push(part);
  }
  const about = parts[0]!.about!;
  const given = parts.map(({ header }) => header.count);
  if (JSON.stringify(given) !== JSON.stringify(about.counts))
    throw new DataError(
      `${names[0]}: its files have ${given.join(', ')} images, expected ${about.counts.join(', ')}; pack them again`,
    );
  const ids = parts.flatMap((part) => part.ids);
  if (new Set(ids).size !== ids.length)
    throw new DataError(`${names[0]}: several of its images have the same id; pack them again`);
  const shape = requestedShape(own, options);
  const id = (index: number): string => {
    const found = ids[index];
    if (found === undefined) throw new RangeError(`image ${index}: expected 0 to ${ids.length - 1}`);
    return found;
  };
  const places = await Promise.all(
    parts.map(async ({ path: file, header: { count, tensors } }) =>
      partInPlace(basename(file), own, await rowPart(file, tensors.images.start, count)),
    ),
  );
  const count = ids.length;
  const files = parts.map((part) => part.path);
  // Their values were brought into the range of bytes when they were packed; by the rules 1, they are left as they are.
  const reading = { ...options.reading, rules: 1, range: undefined } as const;
  const joined = await joinImages({ parts: places, files, shape, count, id }, { ...options, reading });
  const images = { shape, count, id, images: joined.images };
  const isOwn = shape.width === own.width && shape.height === own.height && shape.channels === own.channels;
  if (isOwn) await requireImages(names[0]!, fingerprint, images, options);
  return {
    ...{ name: about.name, ...images, skipped: about.skipped, notes: about.notes, found: about.reading },
    fingerprint: isOwn ? fingerprint : joined.fingerprint,
    labels: labelsOf(names[0]!, about, parts),
    split: splitOf(names[0]!, parts),
  };
}

/** Returns the paths of all files of a packed dataset, by that of one. @throws DataError if the file is none */
export async function packedFiles(path: string): Promise<string[]> {
  const { header } = await readPart(path);
  return (packedSiblings(basename(path), header.parts) ?? []).map((name) => join(dirname(path), name));
}

/** Returns the ids of packed images. @throws DataError */
export async function packedIds(path: string): Promise<string[]> {
  return (await Promise.all((await packedFiles(path)).map(readPart))).flatMap((part) => part.ids);
}

async function readPart(path: string): Promise<ReadPart> {
  return RandomAccessFile.use(path, async (file) => {
    const start = await file.read(0, Math.min(PACKED_START, file.size));
    const header = decodeHeader(file.name, start, file.size);
    const { ids, about, labels, roles } = header.tensors;
    const bytesOf = (of: typeof about): Promise<Buffer> | null =>
      of ? file.read(of.start, of.length) : null;
    return {
      ...{ path, header, ids: idsOf(file.name, await file.read(ids.start, ids.length), header.count) },
      about: about ? parseAbout(file.name, await file.read(about.start, about.length)) : null,
      ...{ labels: await bytesOf(labels), roles: await bytesOf(roles) },
    };
  });
}

function idsOf(file: string, bytes: Buffer, count: number): string[] {
  let ids: unknown[];
  try {
    ids = JSON.parse(`[${bytes.toString('utf8').trimEnd().replaceAll('\n', ',')}]`) as unknown[];
  } catch (error) {
    throw new DataError(`${file}: the ids of its images are not JSON: ${(error as Error).message}`);
  }
  if (ids.length !== count || !ids.every((id) => typeof id === 'string' && id !== '' && id.length <= MAX_ID))
    throw new DataError(`${file}: got ${ids.length} ids, expected one for each of its ${count} images`);
  return ids as string[];
}

/** @throws DataError if the pixels are not those that were packed */
async function requireImages(
  file: string,
  fingerprint: string,
  images: Pick<Dataset, 'shape' | 'count' | 'images' | 'id'>,
  options: LoadOptions,
): Promise<void> {
  const found = await knownFingerprint(images, options);
  if (found !== fingerprint)
    throw new DataError(
      `${file}: its images have the fingerprint ${found.slice(0, 12)}, expected ${fingerprint.slice(0, 12)}: they were damaged or changed; pack them again`,
    );
}

function labelsOf(file: string, { classes }: PackedAbout, parts: readonly ReadPart[]): Labels | undefined {
  if (parts.some(({ labels }) => (labels !== null) !== (classes !== null)))
    throw new DataError(`${file}: some of its files have labels, and some have none; pack the images again`);
  if (classes === null) return undefined;
  const values = Int32Array.from(
    parts.flatMap(({ labels, header }) =>
      Array.from({ length: header.count }, (_, i) => labels!.readInt32LE(4 * i)),
    ),
  );
  const wrong = values.find((value) => value < -1 || value >= classes.length);
  if (wrong !== undefined)
    throw new DataError(
      `${file}: got the label ${wrong}, expected -1 to ${classes.length - 1}; pack the images again`,
    );
  return { names: classes, values };
}

function splitOf(file: string, parts: readonly ReadPart[]): Dataset['split'] {
  if (parts.every(({ roles }) => roles === null)) return undefined;
  const roles = parts.flatMap(({ roles: own }) => Array.from(own ?? []));
  const count = parts.reduce((sum, { header }) => sum + header.count, 0);
  const split = SPLIT_NAMES.map((name, role): [SplitName, Uint32Array] => [
    name,
    Uint32Array.from(roles.flatMap((each, image) => (each === role ? [image] : []))),
  ]);
  const covered = split.reduce((sum, [, images]) => sum + images.length, 0);
  if (covered !== count || split.some(([, images]) => images.length === 0))
    throw new DataError(`${file}: its images are not split into ${SPLIT_NAMES.join(', ')}; pack them again`);
  return Object.fromEntries(split) as NonNullable<Dataset['split']>;
}
