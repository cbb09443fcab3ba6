/** `vae setup --gpu` with an invented card, an invented TensorFlow and invented libraries of NVIDIA, from servers on this machine. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { setupCommand } from '../../src/cli/commands/setup';
import type { Context } from '../../src/cli/context';
import { EXIT, toCliError } from '../../src/cli/exit';
import { CliOutput } from '../../src/cli/output';
import { tryCudaCard } from '../../src/engine-process/devices/find-cuda-card';
import { cudaFolder, cudaNativeFolder, isNativePresent } from '../../src/setup/locations.mjs';
import { CUDA, WHEELS } from '../../src/setup/pins.mjs';
import { prebuild, prebuildCuda } from '../../src/setup/prebuild.mjs';
import type { Sources } from '../../src/setup/sources.mjs';
import { noise } from '../download/mirror';
import { canBuild, INVENTED, inventWheel } from '../setup/invented-wheel';
import { breakAfter, inTurn, sendRange, sendStatus, serveRanges } from '../setup/range-server';
import type { RangeServer } from '../setup/range-server';
import { objects } from './support';

vi.mock('../../src/setup/pins.mjs', () => ({
  TFJS_NODE: '0',
  UPSTREAM: { version: '0', platforms: [] },
  WHEELS: {},
  CUDA: {},
  JAX: { version: '0', python: '3', packages: [] },
}));

const target = `${process.platform}-${process.arch}`;
const CUBLAS = noise(20_000, 4);

let invented = '';
let cache = '';
let sources: Sources = { binding: '', headers: '', loader: '', packages: null, prebuilt: null };
let servers: RangeServer[] = [];

beforeAll(async () => {
  invented = await mkdtemp(join(tmpdir(), 'invented-'));
  if (!canBuild) return;
  const made = await inventWheel(invented);
  const nvidia = Buffer.from(
    zipSync({
      'nvidia/cublas/lib/libcublas.so.12': CUBLAS,
      'nvidia/cublas/include/cublas.h': noise(9_000, 5),
      'nvidia/__init__.py': new Uint8Array(),
    }),
  );
  await writeFile(join(invented, 'n-1.whl'), nvidia);
  servers = [await serveRanges(await readFile(made.wheel), sendRange), await serveRanges(nvidia, sendRange)];
  const { requirement, platform, bytes, sha256 } = made.pin;
  const pins = [
    { requirement, platform, file: 'invented.whl', bytes, sha256 },
    {
      ...{ requirement: 'n==1', platform, file: 'n-1.whl', bytes: nvidia.length },
      sha256: createHash('sha256').update(nvidia).digest('hex'),
    },
  ];
  Object.assign(WHEELS, { [target]: made.pin });
  Object.assign(CUDA, { [target]: { version: INVENTED, driver: '555.42', wheels: pins } });
  const prebuilt = join(invented, 'prebuilt');
  sources = { ...made.sources, prebuilt };
  vi.stubEnv('XDG_CACHE_HOME', join(invented, 'cache'));
  vi.stubEnv('LATENT_EXPLORER_WHEEL', made.wheel);
  const report = (): void => undefined;
  await prebuild(made.pin, sources, prebuilt, { addressOf: () => Promise.resolve(servers[0]!.url), report });
  vi.stubEnv('LATENT_EXPLORER_WHEEL', invented);
  const addressOf = ({ file }: { file: string }): Promise<string> =>
    Promise.resolve(servers[file === 'n-1.whl' ? 1 : 0]!.url);
  await prebuildCuda(CUDA[target]!, prebuilt, { addressOf, report });
  vi.unstubAllEnvs();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await rm(invented, { recursive: true });
});

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'cache-'));
  await mkdir(join(cache, 'programs'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('PATH', join(cache, 'programs'));
  vi.stubEnv('LATENT_EXPLORER_WHEEL', '');
  vi.stubEnv('INVENTED_CARD', '1');
  for (const server of servers) {
    server.answer = sendRange;
    server.ranges.length = 0;
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

/** Puts a program in the place of NVIDIA's. */
async function inventCard(driver: string): Promise<void> {
  const program = join(cache, 'programs', 'nvidia-smi');
  await writeFile(
    program,
    `#!/bin/sh\ncase "$1" in -L) echo "GPU 0: NVIDIA H200 (UUID: GPU-1)" ;; *) echo "NVIDIA H200, ${driver}" ;; esac\n`,
  );
  await chmod(program, 0o755);
}

/** `vae setup --gpu --json`, in this process. @param said on standard input */
async function setup(args: readonly string[], said = '') {
  let stdout = '';
  const output = new CliOutput({ write: (text) => (stdout += text) }, { write: () => true }, true);
  const clock = { today: () => new Date(0), now: () => 0 };
  const input = (): never => Readable.from([said]) as never;
  const context: Context = { cwd: cache, argv: [], output, input, ...clock, exitCode: EXIT.done };
  try {
    await setupCommand(context, sources).parseAsync(['--gpu', ...args], { from: 'user' });
    return { code: context.exitCode, lines: objects(stdout), error: '' };
  } catch (error) {
    const { exitCode, message } = toCliError(error);
    return { code: exitCode, lines: objects(stdout), error: message };
  }
}

const asked = (): number => servers.reduce((sum, { ranges }) => sum + ranges.length, 0);

describe.skipIf(!canBuild)('vae setup --gpu', () => {
  test('names hosts and sizes, lays the libraries out where TensorFlow looks for them, and tries the card', async () => {
    await inventCard('570.86.15');
    const { code, lines, error } = await setup(['--yes']);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const kinds = lines.map(({ type, step }) => step ?? type);
    expect([...new Set(kinds)]).toEqual([
      'checking',
      'offer',
      'downloading',
      'unpacking',
      'probing',
      'ready',
    ]);
    const offer = lines.find(({ type }) => type === 'offer')!;
    expect(offer).toMatchObject({ card: 'NVIDIA H200', hosts: servers.map(({ url }) => new URL(url).host) });
    const folder = cudaFolder()!;
    expect(lines.at(-1)).toEqual({
      ...{ type: 'ready', tensorflow: INVENTED, folder, device: 'NVIDIA H200', wasThere: false },
    });
    expect((await readdir(folder)).sort()).toEqual(['nvidia', 'tensorflow']);
    expect((await readdir(join(folder, 'tensorflow'))).sort()).toEqual([
      'captured_stderr.node',
      'installed.json',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
      'tfjs_binding.node',
    ]);
    const cublas = await readFile(join(folder, 'nvidia/cublas/lib/libcublas.so.12'));
    expect(cublas.equals(CUBLAS)).toBe(true);
    expect(await readdir(join(folder, 'nvidia/cublas'))).toEqual(['lib']);
    expect(await readdir(join(cache, 'latent-explorer/downloads'))).toEqual([]);
    // That for the processor is another one.
    expect(isNativePresent()).toBe(false);

    const again = await setup(['--yes']);
    expect(again.lines.map(({ type, step }) => step ?? type)).toEqual(['checking', 'probing', 'ready']);
    expect(again.lines.at(-1)).toMatchObject({ wasThere: true });

    expect(await tryCudaCard(cudaNativeFolder())).toEqual({
      adapter: { name: 'NVIDIA H200', isSoftware: false },
    });
    vi.stubEnv('INVENTED_CARD', undefined);
    expect(await tryCudaCard(cudaNativeFolder())).toEqual({
      problem: 'TensorFlow finds no graphics card',
    });
    const without = await setup(['--yes']);
    expect(without.error).toMatch(/finds no graphics card; delete .* to install it again/);
    await rm(join(folder, 'nvidia/cublas/lib/libcublas.so.12'));
    expect(cudaNativeFolder()).toBeNull();
    expect(await tryCudaCard(cudaNativeFolder())).toEqual({
      problem: expect.stringContaining('vae setup --gpu') as string,
    });
  });

  test('goes on where it was interrupted', async () => {
    await inventCard('570.86.15');
    servers[1]!.answer = inTurn(breakAfter(1_500), sendStatus(403));
    const broken = await setup(['--yes']);
    expect(broken.error).toMatch(/could not be downloaded.*answered with status 403.*goes on from there/s);
    const before = asked();
    for (const server of servers) server.answer = sendRange;
    expect((await setup(['--yes'])).code).toBe(0);
    // TensorFlow's own libraries are there.
    expect(asked()).toBe(before + 1);
    expect(servers[1]!.ranges.at(-1)).not.toBe(servers[1]!.ranges[0]);
  });

  test('downloads nothing without agreement', async () => {
    await inventCard('570.86.15');
    const nobody = await setup([]);
    expect(nobody.error).toMatch(/there is no terminal to ask in; --yes answers yes/);
    const declined = await setup(['--ask-on-stdin'], 'no\n');
    expect(declined.error).toMatch(/it was not agreed to; nothing was downloaded/);
    expect(asked()).toBe(0);
    expect((await setup(['--ask-on-stdin'], 'yes\n')).code).toBe(0);
  });

  test.each([
    ['no card', null, /no graphics card of NVIDIA was found \(nvidia-smi -L said: spawn nvidia-smi ENOENT\)/],
    ['an old driver', '535.104.05', /driver of NVIDIA H200 is 535\.104\.05, expected 555\.42 or newer/],
    [
      'a driver without a version',
      '[N/A]',
      /nvidia-smi does not say its driver's version: NVIDIA H200, \[N\/A\]/,
    ],
  ])('says so before it asks: %s', async (_, driver, reason) => {
    if (driver !== null) await inventCard(driver);
    const { code, lines, error } = await setup(['--yes']);
    expect(code).toBe(1);
    expect(error).toMatch(reason);
    expect(lines.map(({ step }) => step)).toEqual(['checking']);
    expect(asked()).toBe(0);
  });

  test('that does not find the card leaves nothing but what can be continued', async () => {
    await inventCard('570.86.15');
    vi.stubEnv('INVENTED_CARD', undefined);
    const { error } = await setup(['--yes']);
    expect(error).toMatch(/TensorFlow finds no graphics card/);
    expect(await readdir(dirname(cudaFolder()!))).toEqual([]);
    vi.stubEnv('INVENTED_CARD', '1');
    const before = asked();
    expect((await setup(['--yes'])).code).toBe(0);
    expect(asked()).toBe(before);
  });

  test('a package without the list of files, or with that of others, says so', async () => {
    await inventCard('570.86.15');
    const pins = CUDA[target]!;
    Object.assign(CUDA, { [target]: { ...pins, wheels: pins.wheels.slice(1) } });
    const other = await setup(['--yes']);
    Object.assign(CUDA, { [target]: pins });
    expect(other.error).toMatch(/this package has no list of its files/);
    const both = await setup(['--jax']);
    expect(both.error).toMatch(/--gpu installs TensorFlow and --jax JAX/);
  });
});
