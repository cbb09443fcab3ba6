import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

const read = (path: string): Promise<string> => readFile(path, 'utf8').then((text) => text.trim());

async function macPlatformId(): Promise<string> {
  const { stdout } = await promisify(execFile)('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']);
  return /"IOPlatformUUID" = "([^"]+)"/.exec(stdout)?.[1] ?? hostname();
}

/**
 * Identifies the scope in which pids are unique: the machine and, on Linux, the pid namespace (a container shares the machine
 * id but not the pids). Hashed, because run folders that contain it are shared.
 */
export async function hostId(): Promise<string> {
  const machine = await (process.platform === 'darwin' ? macPlatformId() : read('/etc/machine-id')).catch(
    () => hostname(),
  );
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return createHash('sha256').update(`${machine}\n${namespace}`).digest('hex').slice(0, 16);
}

/** Returns an id that changes with every boot; empty if the platform has none. */
export async function bootId(): Promise<string> {
  return read('/proc/sys/kernel/random/boot_id').catch(() => '');
}
