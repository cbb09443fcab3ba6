/** A private folder or record that others can write, own or link is refused, with its path and mode. */
import { spawnSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Target } from '../../src/cluster/target';
import { TargetFile } from '../../src/cluster/target-file';
import { chooseEngine } from '../../src/engine/choose';
import { connectToRun } from '../../src/endpoint/client';
import { endpointFolder } from '../../src/endpoint/record';
import { installRuntime } from '../../src/endpoint/runtime';
import { Engines } from '../../src/host/engines/engines';
import { RunsModel } from '../../src/host/runs/runs-model';
import { writeConfig } from '../../src/runs/store';
import { config, reportingEngine, useFolder } from '../host/support';
import { has } from './support';

const isPosix = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;
const SOMEBODY = 12_345;
const folder = useFolder();
const run = (): string => join(folder.path(), 'runs', 'run');
beforeEach(async () => {
  await mkdir(run(), { recursive: true });
  await writeConfig(run(), config());
});

/** Ways to make a path not private. Each leaves what a running engine has there, so that only the check refuses it. */
const WAYS: Readonly<
  Record<string, { spoil: (path: string) => Promise<void>; said: RegExp; skip?: boolean }>
> = {
  'others may write': { spoil: (path) => chmod(path, 0o777), said: /has mode 0777/ },
  'its group may write': { spoil: (path) => chmod(path, 0o720), said: /has mode 0720/ },
  'it belongs to somebody else': {
    spoil: (path) => chown(path, SOMEBODY, SOMEBODY),
    said: /\(mode 0[67]00\) belongs to user 12345/,
    skip: !isRoot,
  },
  'it is a link': {
    spoil: async (path) => {
      await rename(path, `${path}.moved`);
      await symlink(`${path}.moved`, path);
    },
    said: /is a link/,
  },
};

describe.skipIf(!isPosix)('the address of an engine', () => {
  /** The folders of ours on the way to the record, and the record. */
  const parts = async (): Promise<Record<string, string>> => {
    const own = await endpointFolder(run());
    return {
      'the folder of the product': dirname(dirname(own)),
      'the folder of all engines': dirname(own),
      'the folder of the engine': own,
      'the record': join(own, 'endpoint.json'),
    };
  };

  for (const part of [
    'the folder of the product',
    'the folder of all engines',
    'the folder of the engine',
    'the record',
  ])
    for (const [way, { spoil, said, skip = false }] of Object.entries(WAYS))
      test.skipIf(skip)(`${part}: ${way}`, async () => {
        const engine = await reportingEngine(run());
        const path = (await parts())[part]!;
        const before = await connectToRun(run());
        expect(before).not.toBeNull();
        before!.client.dispose();
        await spoil(path);
        await expect(connectToRun(run())).rejects.toThrow(said);
        await expect(connectToRun(run())).rejects.toThrow(path);
        // The list of runs is still read, and says it.
        const engines = new Engines({
          engineFolder: '',
          choose: () => ({ engine: 'auto', threads: 0 }),
          checkAllowed: () => undefined,
        });
        const runs = new RunsModel(() => [dirname(run())], engines);
        await runs.refresh();
        expect(runs.entries.map((entry) => entry.folder)).toEqual([run()]);
        expect(runs.leftOut).toEqual([expect.stringContaining(path)]);
        runs.dispose();
        engines.dispose();
        if (part !== 'the record') await expect(reportingEngine(run())).rejects.toThrow(said);
        await engine.endpoint.close();
      });

  test('a record with a second name is refused, and one that is a pipe does not block', async () => {
    const engine = await reportingEngine(run());
    const path = (await parts())['the record']!;
    await link(path, join(folder.path(), 'other'));
    await expect(connectToRun(run())).rejects.toThrow('hard link');
    await rm(path);
    expect(await connectToRun(run())).toBeNull();
    if (has('mkfifo')) {
      expect(spawnSync('mkfifo', [path]).status).toBe(0);
      await expect(connectToRun(run())).rejects.toThrow('not a file');
    }
    await engine.endpoint.close();
  });

  test('a record that is not ours, torn or long is none', async () => {
    const engine = await reportingEngine(run());
    const path = (await parts())['the record']!;
    const text = await readFile(path, 'utf8');
    for (const wrong of [
      '',
      text.slice(0, -1),
      'null',
      '[]',
      '{"socket":1,"token":2}',
      ' '.repeat(200_000) + text,
    ]) {
      await writeFile(path, wrong);
      expect(await connectToRun(run())).toBeNull();
    }
    await engine.endpoint.close();
  });
});

describe.skipIf(!isPosix)('the list of clusters, which decides where images are sent', () => {
  const target: Target = {
    ...{ name: 'lab', kind: 'ray', address: 'http://127.0.0.1:8265', cpus: 1, gpus: 0 },
    ...{ pip: [], storage: null },
  };
  for (const part of ['its folder', 'the file'])
    for (const [way, { spoil, said, skip = false }] of Object.entries(WAYS))
      test.skipIf(skip)(`${part}: ${way}`, async () => {
        const targets = new TargetFile(join(folder.path(), 'config'));
        await targets.put(target);
        expect((await targets.read()).map(({ name }) => name)).toEqual(['lab']);
        const path = part === 'the file' ? targets.path : dirname(targets.path);
        await spoil(path);
        await expect(targets.read()).rejects.toThrow(said);
        await expect(targets.find('lab')).rejects.toThrow(path);
        await expect(targets.put(target)).rejects.toThrow(said);
      });

  test.skipIf(!has('mkfifo'))('a pipe in its place does not block', async () => {
    const targets = new TargetFile(join(folder.path(), 'config'));
    await targets.put(target);
    await rm(targets.path);
    expect(spawnSync('mkfifo', [targets.path]).status).toBe(0);
    await expect(targets.read()).rejects.toThrow('not a file');
  });
});

describe.skipIf(!isPosix)('an engine that set-up has put into the cache', () => {
  const engine = (): string => join(folder.path(), 'cache', 'kind', 'engine');
  beforeEach(async () => {
    await mkdir(join(engine(), 'bin'), { recursive: true, mode: 0o755 });
    for (const name of ['tfjs_binding.node', 'bin/python']) await writeFile(join(engine(), name), 'program');
  });

  const PARTS: Readonly<Record<string, () => string>> = {
    'the cache': () => dirname(dirname(engine())),
    'the folder of its kind': () => dirname(engine()),
    'its folder': engine,
  };
  const LOADS = {
    tensorflow: () =>
      chooseEngine({ engine: 'tensorflow', threads: 1, nativeFolder: engine(), jaxPython: null }),
    jax: () => {
      const jaxPython = { python: join(engine(), 'bin', 'python'), isOwn: true };
      return chooseEngine({ engine: 'jax', threads: 1, nativeFolder: null, jaxPython });
    },
  };
  // A link to a larger disk, in a folder that nobody else can change, is the user's own.
  const MODES = Object.fromEntries(Object.entries(WAYS).filter(([way]) => way !== 'it is a link'));
  const FILES = { tensorflow: 'tfjs_binding.node', jax: 'bin' };
  for (const [name, load] of Object.entries(LOADS))
    for (const [part, pathOf] of Object.entries({
      ...PARTS,
      'what is loaded': () => join(engine(), FILES[name as keyof typeof FILES]),
    }))
      for (const [way, { spoil, said, skip = false }] of Object.entries(MODES))
        test.skipIf(skip)(`${name}, ${part}: ${way}`, async () => {
          const path = pathOf();
          await spoil(path);
          await expect(load()).rejects.toThrow(
            way.startsWith('it belongs') ? /\(mode \d+\) belongs to user 12345/ : said,
          );
          await expect(load()).rejects.toThrow(path);
        });
});

describe.skipIf(process.platform !== 'linux')('the copy of the engine that is executed', () => {
  let engine: string;
  const before = process.env['XDG_CACHE_HOME'];
  beforeEach(async () => {
    process.env['XDG_CACHE_HOME'] = join(folder.path(), 'cache');
    engine = join(folder.path(), 'extension');
    await mkdir(join(engine, 'onnxruntime/linux-x64'), { recursive: true });
    await writeFile(join(engine, 'worker.cjs'), 'program');
    await writeFile(join(engine, 'onnxruntime/linux-x64/library.so.1'), 'native');
    return () => {
      if (before === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = before;
    };
  });

  const PARTS: Readonly<Record<string, (copy: string) => Promise<string>>> = {
    'the cache': (copy) => Promise.resolve(dirname(dirname(copy))),
    'the folder of copies': (copy) => Promise.resolve(dirname(copy)),
    'the copy': (copy) => Promise.resolve(copy),
    'the program': (copy) => Promise.resolve(join(copy, 'worker.cjs')),
    'the native library': async (copy) => {
      const native = (await readdir(dirname(copy))).find((name) => name.startsWith('onnxruntime'))!;
      return join(dirname(copy), native, 'linux-x64/library.so.1');
    },
  };
  for (const [part, pathIn] of Object.entries(PARTS))
    for (const [way, { spoil, said, skip = false }] of Object.entries(WAYS))
      test.skipIf(skip)(`${part}: ${way}`, async () => {
        const copy = await installRuntime(engine);
        expect(await installRuntime(engine)).toBe(copy);
        const path = await pathIn(copy);
        await spoil(path);
        await expect(installRuntime(engine)).rejects.toThrow(said);
        await expect(installRuntime(engine)).rejects.toThrow(path);
      });

  test('what we create is private, whatever the umask and the rights of the original', async () => {
    await chmod(join(engine, 'worker.cjs'), 0o666);
    const umask = process.umask(0);
    try {
      await installRuntime(engine);
    } finally {
      process.umask(umask);
    }
    expect(await installRuntime(engine)).toMatch(/engine/);
  });
});
