import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cli, objects, writeImages } from './support';
import { eventually } from '../support/eventually';
import { childProcessorTimes } from '../support/processor-time';

const TINY = ['hidden=16', 'minibatch=20', 'data.width=8', 'data.height=8', 'data.channels=1', 'latent=3']
  .flatMap((setting) => ['--set', setting])
  .concat('--threads', '1');

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
  await writeImages(cli.path('squares'), 60);
  const { code } = await cli.run([
    ...['train', '--data', 'digits:300', '--run', 'run', '--samples', '3000'],
    ...TINY,
  ]);
  expect(code).toBe(0);
});
afterAll(() => cli.dispose());

const evaluate = async (...more: string[]): Promise<Record<string, unknown>> => {
  const { code, stdout } = await cli.run(['evaluate', 'run', '--json', '--threads', '1', ...more]);
  expect(code).toBe(0);
  return objects(stdout)[0]!;
};

interface Result {
  readonly elbo: number;
  readonly kl: number;
  readonly klPerDimension: number[];
  readonly logLikelihood: number;
  readonly logLikelihoodStandardError: number;
  readonly k: number;
  readonly activeUnits: number;
  readonly count: number;
}

test('--importance: L_k above the bound, rising with k, the same for a seed', async () => {
  const one = (await evaluate('--split', 'all', '--importance', '1', '--seed', '3')) as unknown as Result;
  const many = (await evaluate('--split', 'all', '--importance', '200', '--seed', '3')) as unknown as Result;
  expect(many).toMatchObject({ k: 200, count: 300, split: 'all', seed: 3, likelihood: 'bernoulli' });
  // Two estimates of one number from a draw each of 300 images; a draw's weight varies by about 3 nats.
  expect(Math.abs(one.logLikelihood - one.elbo)).toBeLessThan(1);
  expect(many.logLikelihood).toBeGreaterThan(one.logLikelihood);
  expect(many.logLikelihoodStandardError).toBeGreaterThan(0);
  expect(many.klPerDimension).toHaveLength(3);
  expect(many.klPerDimension.reduce((a, b) => a + b, 0)).toBeCloseTo(many.kl, 3);
  expect(many.activeUnits).toBeGreaterThan(0);
  expect(await evaluate('--split', 'all', '--importance', '200', '--seed', '3')).toEqual(many);
});

test('--limit and --per-image: as many lines, whose mean is the bound', async () => {
  const result = await evaluate(
    '--split',
    'train',
    '--limit',
    '50',
    '--per-image',
    'bounds.csv',
    '--importance',
    '10',
  );
  const [header, ...lines] = (await readFile(cli.path('bounds.csv'), 'utf8')).trimEnd().split('\n');
  expect(header).toBe('id,elbo,reconstruction,kl,logLikelihood');
  expect(lines).toHaveLength(50);
  const columns = lines.map((line) => line.split(','));
  expect(new Set(columns.map(([id]) => id)).size).toBe(50);
  const meanOf = (at: number): number => columns.reduce((sum, line) => sum + Number(line[at]), 0) / 50;
  expect(meanOf(1)).toBeCloseTo(result['elbo'] as number, 4);
  expect(meanOf(4)).toBeCloseTo(result['logLikelihood'] as number, 4);
});

test('--disentanglement: scores of the digits’ factors; refused for images of unknown origin', async () => {
  const { disentanglement } = (await evaluate('--split', 'all', '--disentanglement')) as unknown as {
    disentanglement: { factors: string[]; dci: { informativeness: number } };
  };
  expect(disentanglement.factors).toEqual(['label', 'slant', 'thickness', 'scale', 'x', 'y']);
  // Thickness and place are easy to read off a blurred picture.
  expect(disentanglement.dci.informativeness).toBeGreaterThan(0.05);
  const refused = await cli.run(['evaluate', 'run', '--data', 'squares', '--disentanglement']);
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/squares: the factors of these images are not known/) as string,
  });
});

describe('for people', () => {
  test('every number with its meaning and its conditions', async () => {
    const { code, stdout } = await cli.run(['evaluate', 'run', '--importance', '20']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^test bound -\d+\.\d\d = .* nats per datapoint \(standard error \d+\.\d\d, 30 images\)$/,
    );
    expect(lines[1]).toMatch(/^test L_20 -\d+\.\d\d nats per datapoint \(standard error \d+\.\d\d\)/);
    expect(lines.at(-1)).toMatch(
      /^digits, step 150, seed 0, draws 1; grey values under Bernoulli: not a log-likelihood$/,
    );
  });

  test.each([
    [['--importance', '0'], 'Expected a whole number from 1'],
    [['--limit', '0'], 'Expected a whole number of at least 1'],
    [['--per-image', 'bounds.txt'], "--per-image bounds.txt: got '.txt'"],
  ])('%j is refused', async (options, message) => {
    const { code, stderr } = await cli.run(['evaluate', 'run', ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

test('Ctrl-C ends a long one: exit code 130, nothing written', async () => {
  const process_ = cli.start([
    ...['evaluate', 'run', '--split', 'all', '--threads', '1'],
    ...['--importance', '1000000', '--per-image', 'never.csv'],
  ]);
  let stderr = '';
  process_.stderr!.on('data', (data: Buffer) => (stderr += data.toString()));
  const end = once(process_, 'exit');
  // Without a terminal it says nothing of how far it is; to load itself and the run takes it little more than a second of work.
  const worked = (): number => childProcessorTimes(process.pid)?.get(process_.pid!) ?? Infinity;
  await eventually(worked).toBeGreaterThan(3_000);
  expect(process_.exitCode).toBeNull();
  process_.kill('SIGINT');
  expect((await end)[0]).toBe(130);
  expect(stderr).toContain('interrupted');
  await expect(access(cli.path('never.csv'))).rejects.toThrow();
});
