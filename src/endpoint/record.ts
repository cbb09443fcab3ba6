import { createHash } from 'node:crypto';
import { link, lstat, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { processStartTime } from '../runs/process-start';
import { temporaryName } from '../runs/temporary-name';
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

/** Maximum socket path length, in bytes; systems allow 104 to 108, and Node silently truncates longer paths. */
const MAX_SOCKET_PATH = 100;

/** Returns the folder of this user's endpoint folders. */
function endpointsRoot(): string {
  return join(stateRoot(), 'e');
}

/** Returns the private folder of a run's endpoint. @throws ENOENT if the run folder does not exist */
export async function endpointFolder(runFolder: string): Promise<string> {
  const real = await realpath(runFolder);
  return join(endpointsRoot(), createHash('sha256').update(real).digest('hex').slice(0, 16));
}

/** Returns the socket path of an engine; `nonce` makes it unique. @throws Error if the path is too long */
export function socketPath(folder: string, nonce: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\vae-${nonce}`;
  const path = join(folder, nonce.slice(0, 8));
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new Error(
      `socket path is ${Buffer.byteLength(path)} bytes, the limit is ${MAX_SOCKET_PATH}: ${path}. Set XDG_STATE_HOME to a shorter folder.`,
    );
  }
  return path;
}

/** Creates the private folder of a run's endpoint (mode 0700). @throws Error if it is a link or belongs to another user */
export async function makeEndpointFolder(runFolder: string): Promise<string> {
  const folder = await endpointFolder(runFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stat = await lstat(folder);
  if (!stat.isDirectory() || (process.getuid && stat.uid !== process.getuid())) {
    throw new Error(`${folder} is not a folder of this user; remove it and try again`);
  }
  return folder;
}

export async function writeEndpoint(folder: string, record: EndpointRecord): Promise<void> {
  const temporary = join(folder, temporaryName('endpoint.json'));
  await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
  await rename(temporary, join(folder, 'endpoint.json'));
}

/** Reads the record of the run's newest engine, which may be dead; null if there is none. */
export async function readEndpoint(runFolder: string): Promise<EndpointRecord | null> {
  const folder = await endpointFolder(runFolder).catch(() => null);
  return folder === null ? null : recordAt(join(folder, 'endpoint.json'));
}

async function recordAt(path: string): Promise<EndpointRecord | null> {
  try {
    const record = JSON.parse(await readFile(path, 'utf8')) as EndpointRecord;
    return typeof record.socket === 'string' && typeof record.token === 'string' ? record : null;
  } catch {
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

/** Removes the socket left by a recorded engine that was killed. */
export async function removeDeadSocket(folder: string): Promise<void> {
  const record = await recordAt(join(folder, 'endpoint.json'));
  // Without start times we cannot tell that the process is gone.
  if (!record || record.startTime === null || dirname(record.socket) !== folder) return;
  if ((await processStartTime(record.pid)) !== record.startTime) await rm(record.socket, { force: true });
}

/**
 * Removes our own record. The run's next engine may be writing its record at the same time, so the file is first moved aside,
 * then checked, and moved back if it is not ours.
 */
export async function removeEndpoint(folder: string, token: string): Promise<void> {
  const path = join(folder, 'endpoint.json');
  const aside = join(folder, temporaryName('gone'));
  if ((await recordAt(path))?.token !== token) return;
  try {
    await rename(path, aside);
    // `link` fails if a newer record exists, which then stays.
    if ((await recordAt(aside))?.token !== token) await link(aside, path).catch(() => undefined);
    await rm(aside, { force: true });
  } catch {
    // Another process has removed it.
  }
}
