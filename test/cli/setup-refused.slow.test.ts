import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { setupCommand } from '../../src/cli/commands/setup';
import type { Context } from '../../src/cli/context';
import { EXIT, toCliError } from '../../src/cli/exit';
import { CliOutput } from '../../src/cli/output';
import { nativeFolder } from '../../src/setup/locations.mjs';
import { WHEELS } from '../../src/setup/pins.mjs';
import type { Sources } from '../../src/setup/sources.mjs';
import { prebuild } from '../../src/setup/prebuild.mjs';
import { findProgram } from '../../src/setup/run.mjs';
import { canBuild, INVENTED, inventWheel } from '../setup/invented-wheel';
import { sendRange, sendStatus, serveRanges } from '../setup/range-server';
import type { RangeServer } from '../setup/range-server';
import { objects } from './support';

vi.mock('../../src/setup/pins.mjs', () => ({
  TFJS_NODE: '0',
  UPSTREAM: { version: '0', platforms: [] },
  WHEELS: {},
}));

let invented = '';
let wheel = '';
let sources: Sources = { binding: '', headers: '', loader: '', packages: null, prebuilt: null };
beforeAll(async () => {
  invented = await mkdtemp(join(tmpdir(), 'invented-'));
  if (!canBuild) return;
  const made = await inventWheel(invented);
  wheel = made.wheel;
  sources = made.sources;
  Object.assign(WHEELS, { [`${process.platform}-${process.arch}`]: made.pin });
});
afterAll(() => rm(invented, { recursive: true }));

let cache = '';
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'cache-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('LATENT_EXPLORER_NO_NATIVE', '');
  vi.stubEnv('LATENT_EXPLORER_WHEEL', wheel);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

/** `vae setup --json`, in this process. */
async function setup(): Promise<{ code: number; lines: Record<string, unknown>[]; error: string }> {
  let stdout = '';
  const output = new CliOutput({ write: (text) => (stdout += text) }, { write: () => true }, true);
  const clock = { today: () => new Date(0), now: () => 0 };
  const context: Context = { cwd: cache, argv: [], output, ...clock, exitCode: EXIT.done };
  try {
    await setupCommand(context, sources).parseAsync([], { from: 'user' });
    return { code: context.exitCode, lines: objects(stdout), error: '' };
  } catch (error) {
    const { exitCode, message } = toCliError(error);
    return { code: exitCode, lines: objects(stdout), error: message };
  }
}

/** Python's path, before the variable is replaced. */
const PYTHON = findProgram(['python3']) ?? 'python3';

const product = (...parts: string[]): string => join(cache, 'latent-explorer', ...parts);

describe.skipIf(!canBuild)('vae setup', () => {
  test('unpacks, compiles, tries, and leaves one whole folder', async () => {
    const { code, lines } = await setup();
    expect(code).toBe(0);
    expect(lines.map(({ type, step }) => step ?? type)).toEqual([
      'checking',
      'unpacking',
      'compiling',
      'probing',
      'ready',
    ]);
    const folder = nativeFolder()!;
    expect(lines.at(-1)).toEqual({ type: 'ready', tensorflow: INVENTED, folder, wasThere: false });
    expect(await readdir(product('tensorflow'))).toHaveLength(1);
    expect((await readdir(folder)).sort()).toEqual([
      'captured_stderr.node',
      'installed.json',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
      'tfjs_binding.node',
    ]);
    expect(await readdir(product('downloads'))).toEqual([]);

    const again = await setup();
    expect(again.code).toBe(0);
    expect(again.lines.map(({ type, step }) => step ?? type)).toEqual(['probing', 'ready']);
    expect(again.lines.at(-1)).toMatchObject({ tensorflow: INVENTED, wasThere: true });

    const binding = join(folder, 'tfjs_binding.node');
    await writeFile(binding, Buffer.alloc((await stat(binding)).size));
    const broken = await setup();
    expect(broken.code).toBe(1);
    expect(broken.error).toMatch(/does not load: .*; delete .* to install it again/s);
  });

  describe('with a prebuilt binding', () => {
    let server: RangeServer;
    let prebuilt = '';
    const found = sources;
    beforeAll(async () => {
      server = await serveRanges(await readFile(wheel), sendRange);
      prebuilt = join(invented, 'prebuilt');
      vi.stubEnv('XDG_CACHE_HOME', join(invented, 'cache'));
      vi.stubEnv('LATENT_EXPLORER_WHEEL', wheel);
      const pin = WHEELS[`${process.platform}-${process.arch}`]!;
      const options = { addressOf: () => Promise.resolve(server.url), report: () => undefined };
      for (let i = 0; i < 2; i++) await prebuild(pin, sources, prebuilt, options);
      vi.unstubAllEnvs();
    });
    beforeEach(() => {
      vi.stubEnv('LATENT_EXPLORER_WHEEL', '');
      server.answer = sendRange;
      server.ranges.length = 0;
      sources = { ...sources, prebuilt };
    });
    afterEach(() => {
      sources = { ...sources, prebuilt: found.prebuilt };
    });
    afterAll(() => server.close());

    test('needs neither Python nor a compiler', async () => {
      const programs = join(cache, 'programs');
      await mkdir(programs);
      vi.stubEnv('PATH', programs);
      const { code, lines, error } = await setup();
      expect(error).toBe('');
      expect(code).toBe(0);
      const steps = lines.map(({ step, type }) => step ?? type);
      expect([...new Set(steps)]).toEqual(['downloading', 'unpacking', 'probing', 'ready']);
      expect(lines[0]!['text']).toBe(`downloading TensorFlow ${INVENTED} from ${new URL(server.url).host}`);
      expect(await readdir(product('downloads'))).toEqual([]);
      expect((await readdir(nativeFolder()!)).sort()).toEqual([
        'captured_stderr.node',
        'installed.json',
        'libtensorflow_cc.so.2',
        'libtensorflow_framework.so.2',
        'tfjs_binding.node',
      ]);
    });

    test('that cannot be fetched: pip and g++ are tried, and where they are not the message says what was', async () => {
      server.answer = sendStatus(403);
      const programs = join(cache, 'programs');
      await mkdir(programs);
      vi.stubEnv('PATH', programs);
      const alone = await setup();
      expect(alone.code).toBe(1);
      expect(alone.error).toMatch(
        /^TensorFlow was not set up:\nTensorFlow could not be downloaded: 127\.0\.0\.1:\d+ answered with status 403\./,
      );
      // A pip that knows the wheel, as from a mirror.
      await writeFile(
        join(programs, 'python3'),
        `#!/bin/sh\ncase "$*" in\n*' download '*) cp '${wheel}' ./i-1.whl ;;\n*) exec '${PYTHON}' "$@" ;;\nesac\n`,
      );
      await chmod(join(programs, 'python3'), 0o755);
      vi.stubEnv('PATH', `${programs}${delimiter}/usr/bin${delimiter}/bin`);
      const { code, lines, error } = await setup();
      expect({ code, error }).toEqual({ code: 0, error: '' });
      expect(lines.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(/^trying pip and g\+\+ instead: TensorFlow could not be downloaded/),
      );
      expect(lines.at(-1)).toMatchObject({ type: 'ready', tensorflow: INVENTED });
    });

    test('that belongs to another wheel is left alone', async () => {
      const target = `${process.platform}-${process.arch}`;
      const pin = WHEELS[target]!;
      Object.assign(WHEELS, { [target]: { ...pin, sha256: 'f'.repeat(64) } });
      vi.stubEnv('LATENT_EXPLORER_WHEEL', wheel);
      const { error } = await setup();
      Object.assign(WHEELS, { [target]: pin });
      expect(error).toContain('is not the file that was expected');
      expect(server.ranges).toEqual([]);
    });
  });

  test('says why a wheel is refused, and tries anew each time that it is asked', async () => {
    const other = join(cache, 'other.whl');
    await writeFile(other, 'not the wheel');
    vi.stubEnv('LATENT_EXPLORER_WHEEL', other);
    const refused = await setup();
    expect(refused.code).toBe(1);
    expect(refused.error).toMatch(/^TensorFlow was not set up:\n.*is not the file that was expected: sha256/);
    vi.stubEnv('LATENT_EXPLORER_WHEEL', wheel);
    expect((await setup()).code).toBe(0);
  });

  test('runs no Python of the folder that it was called in', async () => {
    const before = process.cwd();
    const trap = join(cache, 'trap');
    await mkdir(trap);
    for (const name of ['pip.py', 'zipfile.py'])
      await writeFile(join(trap, name), `open(${JSON.stringify(join(cache, 'caught'))}, 'w')\n`);
    // A worker of vitest is a process of its own: its current folder may be changed.
    process.chdir(trap);
    try {
      expect((await setup()).code).toBe(0);
    } finally {
      process.chdir(before);
    }
    expect(existsSync(join(cache, 'caught'))).toBe(false);
  });

  test('names what is missing and the command that installs it, and installs nothing of the system', async () => {
    const programs = join(cache, 'programs');
    await mkdir(programs);
    await writeFile(join(programs, 'apt-get'), `#!/bin/sh\necho > '${cache}/installed'\n`);
    await chmod(join(programs, 'apt-get'), 0o755);
    vi.stubEnv('PATH', programs);
    const { code, error } = await setup();
    expect(code).toBe(1);
    expect(error).toContain('python3 with pip and g++ not found; install with `sudo apt-get install python3');
    expect(existsSync(join(cache, 'installed'))).toBe(false);
  });

  test('says which C library it needs', async () => {
    const target = `${process.platform}-${process.arch}`;
    const pin = WHEELS[target]!;
    Object.assign(WHEELS, { [target]: { ...pin, glibc: '99.1' } });
    const { code, error } = await setup();
    Object.assign(WHEELS, { [target]: pin });
    expect(code).toBe(1);
    expect(error).toMatch(/it needs glibc 99\.1 or newer, and this system has \d+\.\d+/);
  });

  test('can be switched off', async () => {
    vi.stubEnv('LATENT_EXPLORER_NO_NATIVE', '1');
    expect(await setup()).toMatchObject({
      code: 1,
      error: expect.stringContaining('LATENT_EXPLORER_NO_NATIVE') as string,
    });
  });
});

test('where no wheel is known, vae setup says so', async () => {
  const target = `${process.platform}-${process.arch}`;
  const { [target]: pin, ...rest } = WHEELS;
  delete (WHEELS as Record<string, unknown>)[target];
  expect(rest).toEqual({});
  const { code, error } = await setup();
  if (pin) Object.assign(WHEELS, { [target]: pin });
  expect({ code, error }).toEqual({
    code: 1,
    error: `TensorFlow was not set up:\nit is not offered for ${target}`,
  });
});
