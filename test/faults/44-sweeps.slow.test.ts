/** The disk of a sweep is full: it waits, says so, and goes on when it can; and its results are torn or of the wrong shape. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSweepView } from '../../src/sweeps/sweep-view';
import { Cli } from '../cli/support';
import { inMountNamespace, mayMount, SMALL, UNTIL_FOUND } from './support';

let cli: Cli;
beforeAll(async () => void (cli = await Cli.build()));
afterAll(() => cli.dispose());

const SWEEP = [
  ...['sweep', '--data', 'digits:300', '--samples', '40000', '--set', 'latent=2,3'],
  ...SMALL.filter((argument, i) => argument !== 'latent=2' && SMALL[i + 1] !== 'latent=2'),
  ...['--set', 'patience=0', '--importance', '5', '--limit', '10'],
];

describe.skipIf(!mayMount)('on a full disk', () => {
  test('a sweep waits with path, need and room, and ends as if nothing had been', async () => {
    const script = `
      ${UNTIL_FOUND}
      mkdir -p .vae/sweeps && mount -t tmpfs -o size=100k none .vae/sweeps
      $VAE ${SWEEP.join(' ')} --name full > out.txt 2> err.txt & pid=$!
      until [ -e .vae/sweeps/full/trials.csv ]; do kill -0 $pid || { cat err.txt; exit 1; }; sleep 0.05; done
      cat /dev/zero > .vae/sweeps/filler 2> /dev/null
      until_found 'the sweep waits'
      rm .vae/sweeps/filler
      wait $pid; echo "code $?"; cp -r .vae/sweeps/full ended; cat err.txt >&2`;
    const { stdout, stderr } = await inMountNamespace(cli, script);
    expect(stdout).toContain('code 0');
    expect(stderr).toMatch(
      /the sweep waits, because the disk is full: [\d,]+ bytes are needed in \S+full, [\d,]+ are free/,
    );
    const { trials } = await readSweepView(cli.path('ended'));
    expect(trials.map(({ state, rank }) => [state, rank])).toEqual([
      ['finished', 1],
      ['finished', 2],
    ]);
  });
});

test.each([
  ['torn', '{"format":"latent-explorer/sweep-res', 'is not JSON'],
  ['another format', '{"format":"other","ended":null,"trials":[]}', 'format'],
  ['a bound that is text', JSON.stringify({ trials: [{ bounds: ['-1'] }] }), 'is not valid'],
  ['nested', '['.repeat(100_000), 'is not JSON'],
])('results that are %s are refused with the path, and not overwritten', async (name, content, message) => {
  await cli.run([...SWEEP.map((argument) => (argument === '40000' ? '500' : argument)), '--name', 'damaged']);
  const file = join(cli.path('.vae/sweeps/damaged'), 'results.json');
  await writeFile(file, content);
  const { code, stderr } = await cli.run(['sweep', '--continue', 'damaged']);
  expect(stderr, name).toContain(message);
  expect(stderr).toContain('results.json');
  expect(code).toBe(2);
  expect(await readFile(file, 'utf8')).toBe(content);
  // The list names it.
  const listed = await cli.run(['sweep', 'list']);
  expect(listed.stderr).toContain('damaged is damaged');
});
