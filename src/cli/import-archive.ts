import { basename, resolve } from 'node:path';
import { ZipArchive } from '../datasets/zip/zip';
import type { ZipEntry } from '../datasets/zip/zip-directory';
import { RandomAccessFile } from '../datasets/zip/random-access';
import { ModelFileError, readModelFile } from '../engine/onnx/opened/model-file';
import { DataError } from '../images/data-error';
import { MAX_RUN_NAME, oneLine } from '../domain/run-about';
import { newestState } from '../model/state';
import { changeAbout } from '../runs/about';
import { CONTENTS_FILE, MAX_CONTENTS_BYTES, parseContents } from '../runs/archive/archive-contents';
import type { ArchiveContents, ArchivedFile } from '../runs/archive/archive-contents';
import { Digest, memberLimit, removeMembers } from '../runs/archive/run-members';
import { classifierKey, readClassProbabilities } from '../runs/class-probabilities';
import { readClassifier, readClassifierFile } from '../runs/classifier';
import type { RunConfig } from '../runs/config';
import { foldersIn, makeFolder, makeNewFolder, renameBeside, replaceFile } from '../runs/guarded-files';
import { below, guarded, statPath } from '../runs/guarded-path';
import type { GuardedPath } from '../runs/guarded-path';
import { RunError } from '../runs/run-error';
import { storageProblem } from '../runs/storage';
import { makeRunsFolder, parseConfig } from '../runs/store';
import { isAbandonedName, temporaryName } from '../runs/temporary-name';
import { formatCount } from '../text/format-count';

/** Files of an archive at most, and bytes of all, before anything is unpacked. */
const MAX_FILES = 20_000;
const MAX_TOTAL_BYTES = 2 ** 36;
/** The last file that is written: a folder with it is a run. */
const CONFIG = 'config.json';
/** Names of folders that Windows keeps for devices. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** How an archive is imported. */
export interface ImportRequest {
  /** Folder of runs, made if missing. */
  readonly runsRoot: string;
  /** Name that the run is given; empty for its own. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string, done: number, total: number) => void;
}

export interface ImportedRun {
  readonly folder: string;
  readonly config: RunConfig;
  /** Training step of its newest weights. */
  readonly step: number;
  /** Name of the file that its classifier was attached from; null if it has none. */
  readonly classifier: string | null;
  /** Files of the archive that no run has, which were not unpacked. */
  readonly leftOut: readonly string[];
}

/**
 * Unpacks an archive of `vae export --format run` into a new folder of a folder of runs. Whatever the archive holds, nothing is written but
 * files of a run in that folder; of an archive that is refused, and of an import that is interrupted, nothing stays.
 * @throws DataError or RunError that names the archive and what is wrong with it; the abort reason
 */
export async function importArchive(path: string, request: ImportRequest): Promise<ImportedRun> {
  return RandomAccessFile.use(path, async (file) => {
    try {
      const archive = await ZipArchive.open(file, request.signal);
      const { members, leftOut, contents, config } = await checked(archive);
      const folder = await unpack(archive, members, { contents, config }, request);
      return { ...folder, config, leftOut };
    } catch (error) {
      if (!(error instanceof DataError) && !(error instanceof RunError)) throw error;
      if (error.message.startsWith(file.name)) throw error;
      throw new DataError(`${file.name}: ${error.message}`);
    }
  });
}

type Members = ReadonlyMap<string, ZipEntry>;
interface Described {
  readonly contents: ArchiveContents;
  readonly config: RunConfig;
}

/** Checks all that can be said before anything is unpacked but two small files. */
async function checked(archive: ZipArchive): Promise<Described & { members: Members; leftOut: string[] }> {
  const { entries } = archive;
  if (entries.length > MAX_FILES)
    throw new DataError(
      `got ${formatCount(entries.length)} files, expected at most ${formatCount(MAX_FILES)}`,
    );
  // On some systems names that differ in case alone are one file.
  const known = new Map<string, string>();
  for (const { path } of entries) {
    const folded = path.normalize('NFC').toLowerCase();
    const other = known.get(folded);
    if (other !== undefined)
      throw new DataError(`'${path}' is there twice${other === path ? '' : `, also as '${other}'`}`);
    known.set(folded, path);
  }
  const described = entries.find(({ path }) => path === CONTENTS_FILE);
  if (described === undefined)
    throw new DataError(`it has no ${CONTENTS_FILE}: expected an archive of vae export --format run`);
  const members = new Map(
    entries.filter(({ path }) => memberLimit(path) !== null).map((entry) => [entry.path, entry]),
  );
  const leftOut = entries
    .map(({ path }) => path)
    .filter((path) => path !== CONTENTS_FILE && !members.has(path));
  checkSizes(described, members);
  const contents = parseContents(await text(archive, described));
  checkContents(contents, members);
  const config = members.get(CONFIG);
  if (config === undefined) throw new DataError(`it has no ${CONFIG}, so it is not a run`);
  return { members, leftOut, contents, config: await parseConfig(await text(archive, config), CONFIG) };
}

function checkSizes(described: ZipEntry, members: Members): void {
  let total = 0;
  for (const { path, size, problem } of [described, ...members.values()]) {
    if (problem !== undefined) throw new DataError(`${path}: ${problem}`);
    const limit = path === CONTENTS_FILE ? MAX_CONTENTS_BYTES : memberLimit(path)!;
    if (size > limit)
      throw new DataError(
        `${path} declares ${formatCount(size)} bytes, expected at most ${formatCount(limit)}`,
      );
    total += size;
  }
  if (total > MAX_TOTAL_BYTES)
    throw new DataError(
      `it declares ${formatCount(total)} bytes, expected at most ${formatCount(MAX_TOTAL_BYTES)}`,
    );
}

/** The archive's own list must be that of its files, each once and of the declared size. */
function checkContents({ files }: ArchiveContents, members: Members): void {
  const listed = new Set<string>();
  for (const { path, size } of files) {
    const entry = members.get(path);
    if (listed.has(path)) throw new DataError(`${CONTENTS_FILE} lists '${path}' twice`);
    listed.add(path);
    if (entry === undefined)
      throw new DataError(`'${path}' is missing or no file of a run, but ${CONTENTS_FILE} lists it`);
    if (entry.size !== size)
      throw new DataError(
        `${path} declares ${formatCount(entry.size)} bytes, ${CONTENTS_FILE} lists ${formatCount(size)}`,
      );
  }
  for (const path of members.keys())
    if (!listed.has(path)) throw new DataError(`${CONTENTS_FILE} does not list '${path}'`);
}

async function text(archive: ZipArchive, entry: ZipEntry): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await archive.read(entry));
  } catch (error) {
    throw new DataError(`${entry.path}: ${(error as Error).message}`);
  }
}

async function unpack(
  archive: ZipArchive,
  members: Members,
  { contents, config }: Described,
  { runsRoot, name, signal, onProgress }: ImportRequest,
): Promise<Pick<ImportedRun, 'folder' | 'step' | 'classifier'>> {
  await makeRunsFolder(runsRoot);
  await removeAbandoned(runsRoot);
  let folder = guarded(runsRoot, temporaryName(folderName(contents.name)));
  if (!(await makeNewFolder(folder))) throw new RunError(`${folder.path} exists already`);
  try {
    const total = sizeOf(contents);
    let done = 0;
    const write = async (listed: ArchivedFile): Promise<void> => {
      const { path } = listed;
      const parts = path.split('/');
      if (parts.length > 1) await makeFolder(below(folder, parts[0]!));
      const pieces = verified(archive, members.get(path)!, listed, signal);
      await replaceFile(
        below(folder, ...parts),
        counted(pieces, (bytes) => onProgress('bytes', (done += bytes), total)),
      );
    };
    for (const file of contents.files) if (file.path !== CONFIG) await write(file);
    const problems: string[] = [];
    const newest = await newestState(folder.path, config, (problem) => void problems.push(problem));
    if (newest === null)
      throw new RunError(
        `it has no checkpoint that fits its model${problems.map((problem) => `; ${problem}`).join('')}`,
      );
    const classifier = await checkedClassifier(folder.path, members);
    signal.throwIfAborted();
    const place = await freePlace(runsRoot, folderName(contents.name));
    await renameBeside(folder, place);
    folder = place;
    await write(contents.files.find(({ path }) => path === CONFIG)!);
    await nameRun(folder.path, name, contents.name);
    return { folder: folder.path, step: newest.checkpoint.step, classifier };
  } catch (error) {
    await removeMembers(folder).catch(() => false);
    const problem = await placeProblem(error, runsRoot, sizeOf(contents));
    throw problem === null ? error : new RunError(`${problem}. Nothing was imported.`);
  }
}

/**
 * Checks the classifier that came with a run as if it were attached here, but for a trial: the runtime opens it when its classes are asked
 * for, in a process of its own. @returns the name of the file that it was attached from; null if there is none
 */
async function checkedClassifier(runFolder: string, members: Members): Promise<string | null> {
  const files = [...members.keys()].filter((path) => path.startsWith('classifier/'));
  if (files.length === 0) return null;
  const attached = await readClassifier(runFolder);
  if (attached === null)
    throw new RunError(
      `'${files[0]}' has no classifier/classifier.json beside it, so it is not a classifier`,
    );
  try {
    readModelFile(await readClassifierFile(runFolder, attached));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new RunError('classifier/classifier.onnx is missing, but there is a classifier/classifier.json');
    if (error instanceof ModelFileError)
      throw new RunError(`classifier/classifier.onnx is refused: ${error.message}`);
    throw error;
  }
  await readClassProbabilities(runFolder, classifierKey(attached), (problem) => {
    throw new RunError(`the probabilities of its classifier are damaged: ${problem}`);
  });
  return attached.from;
}

/** Returns why files cannot be written into a folder; null if the error has another cause. */
async function placeProblem(error: unknown, folder: string, needed: number): Promise<string | null> {
  if ((error as NodeJS.ErrnoException).code === 'EFBIG')
    return `${folder}: a file is larger than files may be here (EFBIG)`;
  return storageProblem(error, folder, needed);
}

const sizeOf = ({ files }: ArchiveContents): number => files.reduce((sum, { size }) => sum + size, 0);

/** Yields the content of a file, as the archive's directory and its own list say that it is. @throws DataError otherwise */
async function* verified(
  archive: ZipArchive,
  entry: ZipEntry,
  { path, sha256 }: ArchivedFile,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const digest = new Digest();
  try {
    for await (const piece of archive.pieces(entry, signal)) {
      signal.throwIfAborted();
      digest.add(piece);
      yield piece;
    }
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${path}: ${error.message}`) : error;
  }
  if (digest.sha256() !== sha256)
    throw new DataError(`${path}: its checksum is not the one that ${CONTENTS_FILE} lists`);
}

async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    count(piece.byteLength);
    yield piece;
  }
}

/** Gives a run the name that was asked for, or else, where it has none and its folder cannot have the name that it had, that name. */
async function nameRun(runFolder: string, given: string, had: string): Promise<void> {
  if (given !== '') return void (await changeAbout(runFolder, () => ({ name: given })));
  const former = folderName(had) === had ? '' : oneLine(had).slice(0, MAX_RUN_NAME);
  if (former === '') return;
  // One that is damaged is listed as such, and stays as it came.
  await changeAbout(runFolder, ({ name }) => ({ name: name || former })).catch(() => undefined);
}

/** Returns the name of the run's folder if every system can have such a folder, else another. */
function folderName(name: string): string {
  const isUsable =
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && !name.endsWith('.') && !DEVICES.test(name);
  return isUsable ? name : 'imported-run';
}

/** Returns a folder that is not there yet: of this name, or with a number. */
async function freePlace(runsRoot: string, name: string): Promise<GuardedPath> {
  for (let attempt = 1; attempt < 1000; attempt++) {
    const place = guarded(runsRoot, attempt === 1 ? name : `${name}-${attempt}`);
    if ((await statPath(place)) === null) return place;
  }
  throw new RunError(`${resolve(runsRoot, name)} exists a thousand times: move some away`);
}

/** Removes what imports left whose processes were killed. */
async function removeAbandoned(runsRoot: string): Promise<void> {
  for (const name of await foldersIn(guarded(runsRoot)))
    if (isAbandonedName(name, (of) => basename(of) === of))
      await removeMembers(guarded(runsRoot, name)).catch(() => false);
}
