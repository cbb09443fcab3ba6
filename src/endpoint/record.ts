import { createHash } from 'node:crypto';
import { link, readFile, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { renamePatiently } from '../runs/atomic';
import { processStartTime } from '../runs/process-start';
import { isAbandonedName, temporaryName } from '../runs/temporary-name';
import { NotPrivateError, assertPrivateFolders, makePrivateFolders, openPrivate } from './private-path';
import { stateRoot } from '../setup/locations.mjs';

/**
 * The address of a run's engine. Stored in a private per-user folder outside every workspace, so that a cloned repository
 * cannot decide what we connect to or signal.
 */
export interface EndpointRecord {
  readonly socket: string;
  readonly token: string;
  readonly pid: number;
  /** Start time of the process, in the system's own format; null if unavailable. */
  readonly startTime: string | null;
  /** Machine and boot, as in run.lock. Missing from records of older engines. */
  readonly host?: string;
  readonly boot?: string;
  readonly runFolder: string;
  readonly product: string;
  /** Whether the user has had the process killed; then nobody resumes its training by itself. */
  readonly endedByUser?: true;
}

/** Maximum socket path length, in bytes; systems allow 103 to 107, and Node silently truncates longer paths. */
const MAX_SOCKET_PATH = 103;

/** Maximum size of a record, in bytes. */
const MAX_RECORD_BYTES = 100_000;

/** Returns the folder of this user's endpoint folders. */
function endpointsRoot(): string {
  return join(stateRoot(), 'e');
}

/** Returns the folders of ours that lead to an endpoint's folder, outermost first. */
const privateFolders = (folder: string): string[] => [stateRoot(), endpointsRoot(), folder];

/** Returns the private folder of a run's endpoint. @throws ENOENT if the run folder does not exist */
export async function endpointFolder(runFolder: string): Promise<string> {
  const real = await realpath(runFolder);
  return join(endpointsRoot(), createHash('sha256').update(real).digest('hex').slice(0, 16));
}

/** A folder of this user with a short path, for sockets that would have too long a one: as with a name of 22 letters on macOS. */
const shortFolder = (): string => join(tmpdir(), `vae-${process.getuid?.() ?? 0}`);

/**
 * Returns the socket path of an engine, in the folder of its endpoint, or else in one with a short path.
 * @param nonce makes it unique, hexadecimal @throws Error if either path is too long; NotPrivateError
 */
export async function socketPath(folder: string, nonce: string): Promise<string> {
  if (process.platform === 'win32') return `\\\\.\\pipe\\vae-${nonce}`;
  const [usual, short] = [join(folder, nonce.slice(0, 8)), join(shortFolder(), nonce.slice(0, 16))];
  const [length, shortLength] = [usual, short].map((path) => Buffer.byteLength(path)) as [number, number];
  if (length <= MAX_SOCKET_PATH) return usual;
  if (shortLength > MAX_SOCKET_PATH)
    throw new Error(
      `the path of a socket would have ${length} bytes in ${folder} and ${shortLength} in ${shortFolder()}, the limit is ${MAX_SOCKET_PATH}. Set XDG_STATE_HOME or TMPDIR to a folder with a shorter path.`,
    );
  await makePrivateFolders([shortFolder()], 'TMPDIR');
  return short;
}

/** Creates the private folder of a run's endpoint. @throws NotPrivateError if others can change it; Error if it cannot be created */
export async function makeEndpointFolder(runFolder: string): Promise<string> {
  const folder = await endpointFolder(runFolder);
  await makePrivateFolders(privateFolders(folder), 'XDG_STATE_HOME');
  return folder;
}

export async function writeEndpoint(folder: string, record: EndpointRecord): Promise<void> {
  const temporary = join(folder, temporaryName('endpoint.json'));
  await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
  // Windows that look for the engine read it often; on Windows that holds up a rename.
  await renamePatiently(temporary, join(folder, 'endpoint.json'));
}

/**
 * Reads the record of the run's newest engine, which may be dead; null if there is none.
 * @throws NotPrivateError if others can change it
 */
export async function readEndpoint(runFolder: string): Promise<EndpointRecord | null> {
  const folder = await endpointFolder(runFolder).catch(() => null);
  if (folder === null) return null;
  try {
    await assertPrivateFolders(privateFolders(folder));
  } catch (error) {
    if (error instanceof NotPrivateError) throw error;
    return null;
  }
  return recordAt(join(folder, 'endpoint.json'));
}

/** @throws NotPrivateError if others can change the file */
async function recordAt(path: string): Promise<EndpointRecord | null> {
  try {
    const file = await openPrivate(path);
    try {
      if ((await file.stat()).size > MAX_RECORD_BYTES) return null;
      const record = JSON.parse(await readFile(file, 'utf8')) as Partial<EndpointRecord> | null;
      const isRecord = typeof record?.socket === 'string' && typeof record.token === 'string';
      return isRecord ? (record as EndpointRecord) : null;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof NotPrivateError) throw error;
    return null;
  }
}

/** Notes in the record of an engine that the user has its process killed. */
export async function noteEndedByUser(record: EndpointRecord): Promise<void> {
  const folder = await endpointFolder(record.runFolder);
  if ((await recordAt(join(folder, 'endpoint.json')))?.token !== record.token) return;
  await writeEndpoint(folder, { ...record, endedByUser: true });
}

/** Returns whether the user had the run's newest engine killed, in this window or by another front end. */
export async function wasEndedByUser(runFolder: string): Promise<boolean> {
  return (await readEndpoint(runFolder))?.endedByUser === true;
}

/** Removes what engines that were killed left: a socket that is recorded, and temporary files. */
export async function removeDeadSocket(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (isAbandonedName(name, (of) => of === 'endpoint.json' || of === 'gone'))
      await rm(join(folder, name), { force: true });
  // A record that others could change says nothing; ours takes its place.
  const record = await recordAt(join(folder, 'endpoint.json')).catch(() => null);
  // Without start times we cannot tell that the process is gone.
  if (!record || record.startTime === null) return;
  if (![folder, shortFolder()].includes(dirname(record.socket))) return;
  if ((await processStartTime(record.pid)) !== record.startTime) await rm(record.socket, { force: true });
}

/**
 * Removes our own record. The run's next engine may be writing its record at the same time, so the file is first moved aside,
 * then checked, and moved back if it is not ours.
 */
export async function removeEndpoint(folder: string, token: string): Promise<void> {
  const path = join(folder, 'endpoint.json');
  const aside = join(folder, temporaryName('gone'));
  try {
    if ((await recordAt(path))?.token !== token) return;
    await rename(path, aside);
    // `link` fails if a newer record exists, which then stays.
    if ((await recordAt(aside))?.token !== token) await link(aside, path).catch(() => undefined);
    await rm(aside, { force: true });
  } catch {
    // Another process has removed it, or it is not ours any more.
  }
}
