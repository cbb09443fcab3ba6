/** A TensorFlow library that is missing, broken, crashes or hangs: ONNX Runtime trains, and one line says why. */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { probe } from '../../src/engine/tensorflow/probe';
import { MANIFEST, nativeCandidates, thisMachine } from '../../src/setup/locations.mjs';
import { Cli } from '../cli/support';
import type { Ended } from '../cli/support';
import { withZombie } from '../support/zombie';
import { has, SMALL } from './support';

let cli: Cli;
let folder: string;
beforeAll(async () => {
  cli = await Cli.build();
  const env = { ...process.env, XDG_CACHE_HOME: cli.path('cache') };
  folder = nativeCandidates({ ...thisMachine(), env })[0]?.folder ?? '';
});
afterAll(() => cli.dispose());

const binding = (): string => join(folder, 'tfjs_binding.node');

beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, MANIFEST), JSON.stringify({ tensorflow: '0', files: {} }));
});

/** Compiles a library that does this when it is loaded. */
function compile(action: string): void {
  const source = `#include <unistd.h>\n#include <signal.h>\n__attribute__((constructor)) static void load(void) { ${action} }\n`;
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-x', 'c', '-o', binding(), '-'], {
    input: source,
  });
  if (status !== 0) throw new Error(stderr.toString());
}

let runs = 0;
function train(engine = 'auto'): Promise<Ended> {
  const rest = ['--samples', '1000', '--run', cli.path(`run-${runs++}`)];
  const args = ['train', '--data', 'digits:300', ...SMALL, ...rest, '--engine', engine];
  return cli.run(args, {
    env: { ...process.env, XDG_CACHE_HOME: cli.path('cache'), XDG_STATE_HOME: cli.path('state') },
  });
}

const probed = async (): Promise<number> =>
  (JSON.parse(await readFile(join(folder, 'probed.json'), 'utf8')) as { at: number }).at;

const faults: Record<string, { make: () => unknown; why: RegExp; needs?: string }> = {
  missing: { make: () => undefined, why: /cannot open shared object file/ },
  'of another kind': { make: () => writeFile(binding(), 'GIF89a'), why: /invalid ELF header|file too short/ },
  'for a processor with more instructions': {
    make: () => compile('raise(SIGILL);'),
    why: /this processor lacks instructions that it was compiled for \(AVX\)/,
    needs: 'cc',
  },
  'that crashes': { make: () => compile('raise(SIGSEGV);'), why: /it crashes with SIGSEGV/, needs: 'cc' },
  'that hangs': {
    make: () => compile('for (;;) pause();'),
    why: /it hangs: it was not ready after 1\d s/,
    needs: 'cc',
  },
};

for (const [name, { make, why, needs }] of Object.entries(faults))
  test.skipIf(process.platform !== 'linux' || (needs !== undefined && !has(needs)))(
    `a library ${name}`,
    async () => {
      await make();
      const { code, stdout, stderr } = await train();
      const line = (stdout + stderr).split('\n').find((each) => each.startsWith('engine '));
      expect(line).toMatch(/onnx \(1 thread\): TensorFlow could not be loaded/);
      expect(line).toMatch(why);
      expect(code).toBe(0);
      // It is not probed again.
      const at = await probed();
      await expect(probe(folder)).rejects.toThrow(why);
      expect(await probed()).toBe(at);
    },
  );

test.skipIf(process.platform !== 'linux')('where TensorFlow is asked for, nothing else trains', async () => {
  const { code, stderr } = await train('tensorflow');
  expect(stderr).toMatch(faults['missing']!.why);
  expect(code).toBe(2);
});

test.skipIf(process.platform !== 'linux')(
  'a result is renewed when the library changes, an hour later, and after a crash',
  async () => {
    await writeFile(binding(), 'GIF89a');
    let now = 1e12;
    const probedAt = async (): Promise<number> => {
      await expect(probe(folder, () => now)).rejects.toThrow(/invalid ELF header|file too short/);
      return probed();
    };
    expect(await probedAt()).toBe(now);
    now += 3e6;
    expect(await probedAt()).toBe(now - 3e6);
    await utimes(binding(), 1, 1);
    expect(await probedAt()).toBe(now);
    // No process has this id: it is above the limit of Linux.
    await writeFile(join(folder, 'used-by-9999999'), '');
    now += 1;
    expect(await probedAt()).toBe(now);
    await withZombie(async (pid) => {
      await writeFile(join(folder, `used-by-${pid}`), '');
      now += 1;
      expect(await probedAt()).toBe(now);
    });
    now += 3.7e6;
    expect(await probedAt()).toBe(now);
  },
);
