import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from '../../setup/process-alive.mjs';
import { assertOwnCode } from '../own-code';
import { instructionSet } from '../processor';

/** A library that neither computes nor reads for this time hangs; one that computes for this time spins. In ms. */
const HANG_TIMEOUT_MS = 10_000;
/** Most time of a probe, in ms: a slow disk or a busy machine takes a while to load 400 MB. */
const PROBE_TIMEOUT_MS = 60_000;
const LOOK_INTERVAL_MS = 250;
/** A failure is believed for this time, in ms: what caused it may have been repaired elsewhere. */
const FAILURE_AGE_MS = 3600_000;
const MAX_OUTPUT_LENGTH = 20_000;

/** The result of a probe, kept beside the library. */
const RESULT_FILE = 'probed.json';
/** A process that uses the library has a file of this name with its pid; one that stays behind tells of a crash. */
const USER_PREFIX = 'used-by-';

interface Result {
  /** Library, machine and version of Node that were probed. */
  readonly key: string;
  readonly at: number;
  /** Null if the library works. */
  readonly failure: string | null;
}

/**
 * Loads the library and computes with it in a separate process, so that a crash does not take a training down. The result is kept
 * until the library, the machine or Node changes, or a process that used the library ended without a word.
 * @throws Error with the reason in one line, also if others could have changed the library
 */
export async function probe(nativeFolder: string, now: () => number = Date.now): Promise<void> {
  const names = await readdir(nativeFolder);
  await assertOwnCode(
    nativeFolder,
    names.filter((name) => !name.startsWith(USER_PREFIX)).map((name) => join(nativeFolder, name)),
  );
  const key = await identityOf(nativeFolder);
  const isSuspect = await hasCrashed(nativeFolder);
  let result = await keptResult(nativeFolder);
  const age = result === null ? 0 : now() - result.at;
  const isOld = result?.failure != null && (age < 0 || age > FAILURE_AGE_MS);
  if (result === null || result.key !== key || isSuspect || isOld) {
    result = { key, at: now(), failure: await tryOut(nativeFolder) };
    // If the folder is read-only, the next start probes again.
    await writeFile(join(nativeFolder, RESULT_FILE), JSON.stringify(result)).catch(() => undefined);
  }
  if (result.failure !== null) throw new Error(result.failure);
}

/** Notes that this process uses the library from now on, until it exits. */
export async function noteUse(nativeFolder: string): Promise<void> {
  const file = join(nativeFolder, `${USER_PREFIX}${process.pid}`);
  await writeFile(file, '').catch(() => undefined);
  process.once('exit', () => rmSync(file, { force: true }));
}

async function identityOf(nativeFolder: string): Promise<string> {
  const names = (await readdir(nativeFolder)).filter(
    (name) => name !== RESULT_FILE && !name.startsWith(USER_PREFIX) && !name.startsWith('works-with-'),
  );
  const files = await Promise.all(
    names.sort().map(async (name) => {
      const { size, mtimeMs } = await stat(join(nativeFolder, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
  const machine = [process.version, release(), cpus()[0]?.model ?? '', instructionSet()];
  return createHash('sha256')
    .update([...machine, ...files].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

/** Returns whether a process that used the library has ended without removing its file. Removes such files. */
async function hasCrashed(nativeFolder: string): Promise<boolean> {
  const names = (await readdir(nativeFolder)).filter((name) => name.startsWith(USER_PREFIX));
  const gone = names.filter((name) => !isProcessAlive(Number(name.slice(USER_PREFIX.length))));
  for (const name of gone) await rm(join(nativeFolder, name), { force: true }).catch(() => undefined);
  return gone.length > 0;
}

async function keptResult(nativeFolder: string): Promise<Result | null> {
  try {
    const { key, at, failure } = JSON.parse(
      await readFile(join(nativeFolder, RESULT_FILE), 'utf8'),
    ) as Record<string, unknown>;
    const isValid = typeof key === 'string' && typeof at === 'number';
    return isValid && (failure === null || typeof failure === 'string') ? { key, at, failure } : null;
  } catch {
    return null;
  }
}

/** Returns why the library does not work here; null if it does. */
async function tryOut(nativeFolder: string): Promise<string | null> {
  const binding = JSON.stringify(join(nativeFolder, 'tfjs_binding.node'));
  const script = `const m={exports:{}};process.dlopen(m,${binding});m.exports.deleteTensor(m.exports.createTensor([1],1,Float32Array.of(1)))`;
  const child = spawn(process.execPath, ['-e', script], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '', TF_CPP_MIN_LOG_LEVEL: '2' },
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_OUTPUT_LENGTH);
  });
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : reasonOf(said, code, signal)));
  });
  return Promise.race([ended, untilStuck(child)]);
}

function reasonOf(said: string, code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGILL') return 'this processor lacks instructions that it was compiled for (AVX)';
  if (signal !== null) return `it crashes with ${signal}`;
  const error = /^\w*Error: (.*)$/m.exec(said)?.[1];
  const isForeign = error !== undefined && /ld-linux|ld-musl|GLIBC/.test(error);
  return `${error ?? `exit code ${code}`}${isForeign ? '; it was compiled for another C library' : ''}`;
}

/** Resolves once the process hangs or takes too long, and ends it. */
async function untilStuck(child: ChildProcess): Promise<string> {
  const start = performance.now();
  let moved = start;
  let before = '';
  for (;;) {
    // Not unreferenced: the process waits for this probe.
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
    if (child.exitCode !== null || child.signalCode !== null) return new Promise(() => undefined);
    const { computed, read } = await progressOf(child.pid!);
    const now = performance.now();
    const progress = `${computed} ${read}`;
    if (progress !== before) [before, moved] = [progress, now];
    if (
      now - moved < HANG_TIMEOUT_MS &&
      computed < HANG_TIMEOUT_MS &&
      now - start < (computed + read > 0 ? PROBE_TIMEOUT_MS : HANG_TIMEOUT_MS)
    )
      continue;
    child.kill('SIGKILL');
    return `it hangs: it was not ready after ${Math.round((now - start) / 1000)} s`;
  }
}

/** Returns the processor time of a process, in ms, and the bytes it has read; zeros where the system does not say. */
async function progressOf(pid: number): Promise<{ readonly computed: number; readonly read: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Fields 14 and 15, in hundredths of a second; the second field is a name in brackets that may itself contain spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const io = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '');
  return {
    computed: 10 * (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) || 0,
    read: Number(/^rchar: (\d+)$/m.exec(io)?.[1] ?? 0),
  };
}
