/** A checkpoint that is whole by its checksum and still not the model's: passed over for the one before, which is said. */
import { createHash } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listCheckpoints } from '../../src/runs/checkpoint';
import { decodeSafetensors, encodeSafetensors } from '../../src/runs/safetensors';
import type { Tensor } from '../../src/runs/safetensors';
import { Cli, writeImages } from '../cli/support';
import { SMALL } from './support';

const ENGINE = ['--engine', 'onnx', '--threads', '1'];

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
  await writeImages(cli.path('images'), 1, 28);
  const { code } = await cli.run([
    ...['train', '--data', 'digits:300', ...SMALL, '--samples', '4000', '--run', 'whole'],
    ...['--set', 'checkpointEvery=100', '--set', 'patience=0'],
  ]);
  expect(code).toBe(0);
});
afterAll(() => cli.dispose());
beforeEach(async () => {
  await rm(cli.path('run'), { recursive: true, force: true });
  await cp(cli.path('whole'), cli.path('run'), { recursive: true });
});

type Tensors = Map<string, Tensor>;

/** Changes the tensors of the newest checkpoint and gives it a checksum that is right. */
async function change(edit: (tensors: Tensors) => void): Promise<number> {
  const newest = (await listCheckpoints(cli.path('run'))).at(-1)!;
  const path = join(cli.path('run', 'checkpoints'), `${newest}.safetensors`);
  const { tensors, metadata } = decodeSafetensors(await readFile(path));
  const changed: Tensors = new Map(tensors);
  edit(changed);
  const hash = createHash('sha256');
  for (const [name, { data }] of changed)
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const bytes = encodeSafetensors({
    tensors: changed,
    metadata: { ...metadata, sha256: hash.digest('hex') },
  });
  await writeFile(path, Buffer.concat([...bytes]));
  return newest;
}

const WRONG: [string, (tensors: Tensors) => void, RegExp][] = [
  ['lacks a tensor', (tensors) => tensors.delete([...tensors.keys()][0]!), /has no '/],
  [
    'has another shape',
    (tensors) => {
      const [name, { shape, data }] = [...tensors].find(([, one]) => one.shape.length === 2)!;
      tensors.set(name, { shape: [...shape].reverse(), data });
    },
    /is \[\d+,\d+\], expected \[\d+,\d+\]/,
  ],
  [
    'holds what is not a number',
    (tensors) => {
      const [name, { shape, data }] = [...tensors][0]!;
      const values = Float32Array.from(data);
      values[3] = NaN;
      tensors.set(name, { shape, data: values });
    },
    /holds NaN at step/,
  ],
  [
    'holds an infinite optimizer slot',
    (tensors) => {
      const [name, { shape, data }] = [...tensors].find(([each]) => each.includes('/'))!;
      tensors.set(name, { shape, data: data.map(() => Infinity) });
    },
    /holds Infinity at step/,
  ],
];

test.each(WRONG)('a checkpoint that %s', async (_, edit, says) => {
  const newest = await change(edit);
  for (const command of ['encode run images/0.png', 'evaluate run']) {
    const { code, stderr } = await cli.run([...command.split(' '), ...ENGINE]);
    expect(code).toBe(0);
    expect(stderr).toContain(`checkpoint ${newest} was passed over`);
  }
  const resumed = await cli.run(['resume', 'run', ...ENGINE]);
  expect(`${resumed.code} ${resumed.stderr}`).toMatch(/^0 /);
  expect(resumed.stderr).toContain(`checkpoint ${newest} was passed over`);
  expect(resumed.stderr).toMatch(says);
  // Trained again from the one before, it is the checkpoint that it was.
  const file = join('checkpoints', `${newest}.safetensors`);
  const [a, b] = await Promise.all(['whole', 'run'].map((run) => readFile(cli.path(run, file))));
  expect(b!.equals(a!)).toBe(true);
});
