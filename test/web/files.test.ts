/** The product's own code of run folders, on the files that a browser has. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FileSystem } from '../../src/web/files/file-system';
import { FileError } from '../../src/web/files/file-system';
import { MemoryFiles } from '../../src/web/files/memory-files';
import { filesOver, serveFiles } from '../../src/web/files/port-files';
import { serialFiles } from '../../src/web/files/serial-files';
import { portTransport } from '../../src/web/files/port-transport';
import type { Port } from '../../src/web/files/port-transport';
import { useFiles } from '../../src/web/node/current-files';

// As in a browser; it is also what imports the mocked modules while they are being made.
vi.mock('../../src/setup/process-alive.mjs', () => ({
  isProcessAlive: () => true,
  isProcessSuspended: () => false,
}));
vi.mock('node:fs/promises', () => import('../../src/web/node/fs-promises'));
vi.mock('node:fs', () => import('../../src/web/node/fs'));

const { listCheckpoints } = await import('../../src/runs/checkpoint');
const { fileStamp, makeNewFolder, namesIn, openToAppend, openToChange, readText, removeFile, replaceFile } =
  await import('../../src/runs/guarded-files');
const { inRun } = await import('../../src/runs/guarded-path');
const { MetricsWriter } = await import('../../src/runs/metrics-writer');
const { lockHolder, RunLock } = await import('../../src/runs/lock');

const RUN = '/w/.vae/runs/a';
let memory: MemoryFiles;
const onDisk = async (name: string): Promise<string> =>
  new TextDecoder().decode(await memory.read(`${RUN}/${name}`));
const row = (step: number) =>
  ({ type: 'train', step, samples: step, seconds: 1, elbo: -1, reconstruction: -1, kl: 0 }) as const;

async function freshRun(files: FileSystem): Promise<void> {
  useFiles(files);
  for (const folder of ['/w', '/w/.vae', '/w/.vae/runs', RUN]) await files.makeFolder(folder);
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  memory = new MemoryFiles();
  await freshRun(memory);
});
afterEach(() => void vi.useRealTimers());

describe('files of a run', () => {
  test('are replaced by way of another name, of which nothing stays', async () => {
    const names: string[] = [];
    const rename = memory.rename.bind(memory);
    vi.spyOn(memory, 'rename').mockImplementation((from, to) => {
      names.push(from, to);
      return rename(from, to);
    });
    await replaceFile(inRun(RUN, 'config.json'), 'one');
    await replaceFile(inRun(RUN, 'config.json'), 'two');
    expect(await onDisk('config.json')).toBe('two');
    expect(await namesIn(inRun(RUN))).toEqual(['config.json']);
    expect(names).toHaveLength(4);
    expect(names[2]).toMatch(/\.config\.json\..*\.vae-tmp$/);
    expect(names[3]).toBe(`${RUN}/config.json`);
  });

  test('that cannot be written stay as they were', async () => {
    await replaceFile(inRun(RUN, 'config.json'), 'one');
    vi.spyOn(memory, 'write').mockRejectedValue(new FileError('ENOSPC', RUN));
    await expect(replaceFile(inRun(RUN, 'config.json'), 'two')).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await onDisk('config.json')).toBe('one');
    expect(await namesIn(inRun(RUN))).toEqual(['config.json']);
  });

  test('are missing, made, stamped and removed with the codes that Node gives', async () => {
    await expect(readText(inRun(RUN, 'none'), 10)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(replaceFile(inRun('/w/.vae/runs/gone', 'x'), '1')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await makeNewFolder(inRun(RUN))).toBe(false);
    expect(await makeNewFolder(inRun('/w/.vae/runs/b'))).toBe(true);
    await replaceFile(inRun(RUN, 'x'), '12345');
    expect(await fileStamp(inRun(RUN, 'x'))).toMatchObject({ size: 5 });
    await expect(readText(inRun(RUN, 'x'), 4)).rejects.toThrow('expected at most 4');
    await removeFile(inRun(RUN, 'x'));
    expect(await fileStamp(inRun(RUN, 'x'))).toBeNull();
    expect(await listCheckpoints(RUN)).toEqual([]);
  });

  test('that are links are refused', async () => {
    const linked: FileSystem = Object.assign(Object.create(memory) as FileSystem, {
      stat: async (path: string) => ({ ...(await memory.stat(path)), isLink: path.endsWith('/config.json') }),
    });
    await replaceFile(inRun(RUN, 'config.json'), 'one');
    useFiles(linked);
    await expect(readText(inRun(RUN, 'config.json'), 10)).rejects.toThrow('is a link');
    await expect(replaceFile(inRun(RUN, 'config.json'), 'two')).rejects.toThrow('is a link');
  });
});

describe('rows of a run', () => {
  test('are held, seen by whoever reads here, and written as a whole when they are flushed', async () => {
    const writer = await MetricsWriter.open(RUN);
    await writer.append([row(1)]);
    expect(await onDisk('metrics.jsonl')).toBe('');
    expect(await readText(inRun(RUN, 'metrics.jsonl'), 1000)).toContain('"step":1');
    await writer.sync();
    expect(await onDisk('metrics.jsonl')).toContain('"step":1');
    await writer.append([row(2)]);
    expect(await onDisk('metrics.jsonl')).not.toContain('"step":2');
    await writer.close();
    expect((await onDisk('metrics.jsonl')).trim().split('\n')).toHaveLength(2);
    expect(await namesIn(inRun(RUN))).toEqual(['metrics.jsonl']);
  });

  test('are written after a while, too, so that a tab that is closed loses little', async () => {
    const writer = await MetricsWriter.open(RUN);
    await writer.append([row(1)]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await onDisk('metrics.jsonl')).toContain('"step":1');
    await writer.close();
  });

  test('that could not be written are held, and written later', async () => {
    const writer = await MetricsWriter.open(RUN);
    await writer.append([row(1)]);
    const full = vi.spyOn(memory, 'write').mockRejectedValue(new FileError('ENOSPC', RUN));
    await expect(writer.sync()).rejects.toMatchObject({ code: 'ENOSPC' });
    full.mockRestore();
    await writer.sync();
    expect(await onDisk('metrics.jsonl')).toContain('"step":1');
    await writer.close();
  });

  test('of a run that was removed bring nothing of it back', async () => {
    const writer = await MetricsWriter.open(RUN);
    await writer.append([row(1)]);
    await memory.remove(RUN);
    await expect(writer.sync()).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(writer.close()).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(memory.stat(RUN)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a file that is written in place', () => {
  test('is changed at once, unless another has taken its place', async () => {
    await replaceFile(inRun(RUN, 'run.lock'), 'heartbeat 1');
    const handle = await openToChange(inRun(RUN, 'run.lock'));
    await handle.write('2', 10, 'utf8');
    expect(await onDisk('run.lock')).toBe('heartbeat 2');
    await memory.write(`${RUN}/run.lock`, new TextEncoder().encode('of another one'));
    await expect(handle.write('3', 10, 'utf8')).rejects.toMatchObject({ code: 'ESTALE' });
    expect(await onDisk('run.lock')).toBe('of another one');
    await handle.close();
  });

  test('a file that is appended to keeps what it had', async () => {
    await replaceFile(inRun(RUN, 'log.txt'), 'one\n');
    const handle = await openToAppend(inRun(RUN, 'log.txt'));
    await handle.appendFile('two\n');
    expect((await handle.stat()).size).toBe(8);
    await handle.close();
    expect(await onDisk('log.txt')).toBe('one\ntwo\n');
  });
});

test('a run has one writer', async () => {
  vi.useRealTimers();
  const lock = await RunLock.take(RUN);
  expect(await lockHolder(RUN)).toBe('alive');
  await expect(RunLock.take(RUN)).rejects.toThrow('is being trained');
  await lock.assertOurs();
  await lock.release();
  expect(await lockHolder(RUN)).toBe('none');
  expect(await namesIn(inRun(RUN))).toEqual([]);
});

describe('a workspace that empties a file before it writes it, and removes one before another takes its name', () => {
  /** Does the first half of a write or a rename, and the second when told. */
  function inHalves() {
    let goOn: () => void = () => undefined;
    let half: () => void = () => undefined;
    const isHalf = new Promise<void>((then) => (half = then));
    const pause = (): Promise<void> => {
      half();
      return new Promise((then) => (goOn = then));
    };
    const files: FileSystem = Object.assign(Object.create(memory) as FileSystem, {
      write: async (path: string, bytes: Uint8Array) => {
        await memory.write(path, new Uint8Array());
        await pause();
        await memory.write(path, bytes);
      },
      rename: async (from: string, to: string) => {
        await memory.remove(to);
        await pause();
        await memory.rename(from, to);
      },
    });
    return { files: serialFiles(files), isHalf, goOn: () => goOn() };
  }

  test('a heartbeat is never read half-written', async () => {
    await replaceFile(inRun(RUN, 'run.lock'), 'heartbeat 1');
    const { files, isHalf, goOn } = inHalves();
    useFiles(files);
    const handle = await openToChange(inRun(RUN, 'run.lock'));
    const beat = handle.write('2', 10, 'utf8');
    await isHalf;
    const read = readText(inRun(RUN, 'run.lock'), 100);
    goOn();
    await beat;
    expect(await read).toBe('heartbeat 2');
    await handle.close();
  });

  test('a file that is replaced is always there', async () => {
    await memory.write(`${RUN}/new`, new Uint8Array([2]));
    await memory.write(`${RUN}/config.json`, new Uint8Array([1]));
    const { files, isHalf, goOn } = inHalves();
    const renamed = files.rename(`${RUN}/new`, `${RUN}/config.json`);
    await isHalf;
    const found = Promise.all([files.list(RUN), files.read(`${RUN}/config.json`)]);
    goOn();
    await renamed;
    const [names, bytes] = await found;
    expect(names.map(({ name }) => name)).toEqual(['config.json']);
    expect([...bytes]).toEqual([2]);
  });

  test('a call that fails holds up no later one', async () => {
    const files = serialFiles(memory);
    const failed = expect(files.read(`${RUN}/none`)).rejects.toMatchObject({ code: 'ENOENT' });
    const written = files.write(`${RUN}/none`, new Uint8Array([3]));
    const read = files.read(`${RUN}/none`);
    await failed;
    await written;
    expect([...(await read)]).toEqual([3]);
  });
});

test('files are read and written through a port, with the codes of their errors', async () => {
  const { port1, port2 } = new MessageChannel();
  const ends = [port1, port2].map((port) => {
    const end: Port = {
      postMessage: (message) => port.postMessage(message),
      onmessage: null,
      close: () => port.close(),
    };
    port.on('message', (data: unknown) => end.onmessage?.({ data }));
    return end;
  });
  serveFiles(portTransport(ends[0]!), memory);
  const far = filesOver(portTransport(ends[1]!));
  await far.write('/w/x', new Uint8Array([1, 2, 3]).subarray(1));
  expect([...(await memory.read('/w/x'))]).toEqual([2, 3]);
  expect(await far.stat('/w/x')).toMatchObject({ kind: 'file', size: 2 });
  await far.copy('/w/x', '/w/y');
  await expect(far.copy('/w/x', '/w/y')).rejects.toMatchObject({ code: 'EEXIST', path: '/w/y' });
  await far.rename('/w/y', '/w/z');
  expect((await far.list('/w')).map(({ name }) => name).sort()).toEqual(['.vae', 'x', 'z']);
  await far.remove('/w/z');
  await expect(far.read('/w/z')).rejects.toMatchObject({ code: 'ENOENT', name: 'FileError' });
  port1.close();
});
