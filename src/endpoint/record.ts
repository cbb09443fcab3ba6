import { createHash } from 'node:crypto';
import { link, lstat, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { processStartTime } from '../runs/process-start';
import { temporaryName } from '../runs/temporary-name';
import { stateRoot } from '../setup/locations.mjs';

/**
 * How to reach the engine of a run: kept in a private per-user folder outside every workspace, so that nothing that a
 * cloned repository can contain decides what we connect to or signal.
 */
export interface EndpointRecord {
  readonly socket: string;
  readonly token: string;
  readonly pid: number;
  /** When the process started, as the system counts it; null where it can't be had. */
  readonly startTime: string | null;
  readonly runFolder: string;
  readonly product: string;
}

/** Longest socket path in bytes; the systems' limits are 104 to 108, and Node would cut a longer one silently. */
const MAX_SOCKET_PATH = 100;

/** All endpoint folders of this user. */
export function endpointsRoot(): string {
  return join(stateRoot(), 'e');
}

/** The private folder of one run's endpoint; the run folder must exist. */
export async function endpointFolder(runFolder: string): Promise<string> {
  const real = await realpath(runFolder);
  return join(endpointsRoot(), createHash('sha256').update(real).digest('hex').slice(0, 16));
}

/** Where an engine listens. `nonce` makes each engine's path its own. */
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

/** Creates the private folder (mode 0700) and refuses one that is a link or another user's. */
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

/** The record of the run's newest engine (which may be dead), or null. */
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

/** Removes the socket of a recorded engine that was killed and could not do so itself. */
export async function removeDeadSocket(folder: string): Promise<void> {
  const record = await recordAt(join(folder, 'endpoint.json'));
  // Where the system does not tell when a process started, nothing shows that this one is gone.
  if (!record || record.startTime === null || dirname(record.socket) !== folder) return;
  if ((await processStartTime(record.pid)) !== record.startTime) await rm(record.socket, { force: true });
}

/**
 * Removes our own record. The next engine of the run may be writing its
 * record at this very moment: whatever lies there is moved aside before it is judged, and goes back if it is not ours.
 */
export async function removeEndpoint(folder: string, token: string): Promise<void> {
  const path = join(folder, 'endpoint.json');
  const aside = join(folder, temporaryName('gone'));
  if ((await recordAt(path))?.token !== token) return;
  try {
    await rename(path, aside);
    // A newer one that has come meanwhile stays.
    if ((await recordAt(aside))?.token !== token) await link(aside, path).catch(() => undefined);
    await rm(aside, { force: true });
  } catch {
    // Another process has removed it.
  }
}
