/** A TensorFlow library that is missing, broken, crashes or hangs: ONNX Runtime trains, and one line says why. */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MANIFEST, nativeCandidates, thisMachine } from '../../src/setup/locations.mjs';
import { Cli } from '../cli/support';
import type { Ended } from '../cli/support';
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
      // It is not probed again, and where TensorFlow is asked for, nothing else trains.
      const at = await probed();
      const asked = await train('tensorflow');
      expect(asked.stderr).toMatch(why);
      expect(asked.code).toBe(2);
      expect(await probed()).toBe(at);
    },
  );

test.skipIf(process.platform !== 'linux')(
  'a result is renewed when the library changes, an hour later, and after a crash',
  async () => {
    await writeFile(binding(), 'GIF89a');
    await train();
    const first = await probed();
    await utimes(binding(), 1, 1);
    await train();
    const second = await probed();
    expect(second).toBeGreaterThan(first);
    // No process has this id: it is above the limit of Linux.
    await writeFile(join(folder, 'used-by-9999999'), '');
    await train();
    const third = await probed();
    expect(third).toBeGreaterThan(second);
    const file = join(folder, 'probed.json');
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), at: third - 4e6 }));
    await train();
    expect(await probed()).toBeGreaterThan(third);
  },
);
