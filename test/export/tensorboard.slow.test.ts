import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_POINTS, metadataTsv, projectorConfig, spriteOf } from '../../src/export/tensorboard/projector';
import { readMetrics } from '../../src/runs/metrics';
import { residentRows } from '../../src/datasets/rows/image-rows';
import type { Dataset } from '../../src/datasets/dataset';
import { Cli, trainBriefly, writeImages } from '../cli/support';
import { hasPackages, runPython } from '../support/python';
import { crc32c, eventsOf } from './events';
import { TABLE } from './tables';

let cli: Cli;
const COUNT = 30;
const FILE = 'events.out.tfevents.0.latent-explorer';
const CREATED = '2026-01-02T03:04:05.000Z';

beforeAll(async () => {
  cli = await Cli.build();
  await writeImages(cli.path('images/one'), COUNT / 2, 8, 6);
  await writeImages(cli.path('images/two'), COUNT / 2, 8, 6);
  await trainBriefly(cli, 'run');
  const config = JSON.parse(await readFile(cli.path('run', 'config.json'), 'utf8')) as object;
  const named = { ...config, createdAt: CREATED, name: 'a\n# "run" <b>' };
  await writeFile(cli.path('run', 'config.json'), JSON.stringify(named));
  const exported = await cli.run([
    'export',
    'run',
    '--format',
    'tensorboard',
    '--engine',
    'onnx',
    '--out',
    'out',
  ]);
  expect(`${exported.code} ${exported.stderr}`).toBe('0 ');
});
afterAll(() => cli.dispose());

const read = (name: string): Promise<string> => readFile(cli.path('out', 'tensorboard', name), 'utf8');

test('the checksum of the independent reader is that of the standard', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

test('event files hold the curve of the run, each row at its step and time', async () => {
  const rows = await readMetrics(cli.path('run'));
  for (const type of ['train', 'validation'] as const) {
    const [first, ...events] = eventsOf(await readFile(cli.path('out', 'tensorboard', type, FILE)));
    expect(first).toMatchObject({ version: 'brain.Event:2', wallTime: Date.parse(CREATED) / 1000 });
    const own = rows.filter((row) => row.type === type);
    expect(own.length).toBeGreaterThan(0);
    expect(events).toHaveLength(own.length);
    for (const [i, row] of own.entries()) {
      const { wallTime, step, scalars } = events[i]!;
      expect(step).toBe(row.step);
      expect(wallTime).toBeCloseTo(Date.parse(CREATED) / 1000 + row.seconds, 3);
      const kl = row.type === 'validation' ? row.klPerDimension : [];
      expect(scalars).toEqual({
        ...{ bound: Math.fround(row.elbo), kl: Math.fround(row.kl) },
        ...{ reconstruction: Math.fround(row.reconstruction) },
        ...Object.fromEntries(kl.map((value, k) => [`kl_per_dimension/${k}`, Math.fround(value)])),
      });
    }
  }
});

test('the projector has a vector, a line and a thumbnail of each image', async () => {
  const vectors = (await read('vectors.tsv')).trimEnd().split('\n');
  expect(vectors).toHaveLength(COUNT);
  for (const line of vectors) expect(line.split('\t').map(Number).filter(Number.isFinite)).toHaveLength(3);
  const [header, ...lines] = (await read('metadata.tsv')).trimEnd().split('\n');
  expect(header).toBe('id\tlabel\tsplit\ttags\telbo');
  expect(lines).toHaveLength(COUNT);
  const image = lines[0]!.split('\t');
  expect(image.slice(0, 2)).toEqual(['one/0.png', 'one']);
  const { stdout } = await cli.run(['encode', 'run', 'images/one/0.png', '--engine', 'onnx', '--json']);
  const { mean } = JSON.parse(stdout) as { mean: number[] };
  vectors[0]!.split('\t').forEach((value, i) => expect(Number(value)).toBeCloseTo(mean[i]!, 5));
  expect(await read('projector_config.pbtxt')).toContain('single_image_dim: 8\n    single_image_dim: 6\n');
});

/** Eight images of 2 x 4 pixels in colour: image i is (i, y, x) everywhere. */
const shape = { width: 2, height: 4, channels: 3 as const };
const pixels = Uint8Array.from({ length: 8 * 24 }, (_, i) => {
  const pixel = Math.floor((i % 24) / 3);
  return [Math.floor(i / 24), Math.floor(pixel / 2), pixel % 2][i % 3]!;
});
const dataset = { shape, count: 8, images: residentRows(pixels, 24) } as Partial<Dataset> as Dataset;

/** Pixels of an unfiltered PNG of one chunk of data. */
function pixelsOf(png: Uint8Array): {
  width: number;
  height: number;
  at: (x: number, y: number) => number[];
} {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const start = bytes.indexOf('IDAT') + 4;
  const lines = inflateSync(bytes.subarray(start, start + bytes.readUInt32BE(start - 8)));
  const at = (x: number, y: number): number[] => [
    ...lines.subarray(y * (3 * width + 1) + 1 + 3 * x).subarray(0, 3),
  ];
  return { width, height, at };
}

test('thumbnails lie row by row in a square, in the order of the points, and missing ones are black', () => {
  const sprite = spriteOf(dataset, [7, 0, 3, -1, 5]);
  expect(sprite).toMatchObject({ width: 2, height: 4 });
  const { width, height, at } = pixelsOf(sprite.png);
  expect([width, height]).toEqual([6, 12]);
  [7, 0, 3].forEach((image, column) => {
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 2; x++) expect(at(2 * column + x, y)).toEqual([image, y, x]);
  });
  expect(at(1, 5)).toEqual([0, 0, 0]);
  expect(at(2, 5)).toEqual([5, 1, 0]);
  expect(at(4, 5)).toEqual([0, 0, 0]);
});

test('large images become thumbnails of their aspect ratio, and a full projector a picture that TensorBoard reads', () => {
  const large = { width: 300, height: 200, channels: 1 as const };
  const images = residentRows(new Uint8Array(60_000).fill(9), 60_000);
  const one = { shape: large, count: 1, images } as Partial<Dataset> as Dataset;
  expect(spriteOf(one, [0])).toMatchObject({ width: 48, height: 32 });
  expect(Math.ceil(Math.sqrt(MAX_POINTS)) * 48).toBeLessThanOrEqual(8192);
});

test('texts of the projector keep to their line and column', () => {
  const lines = metadataTsv(TABLE, Uint32Array.of(1, 3)).split('\n');
  expect(lines).toEqual([
    'id\tlabel\ttags\telbo\ta/"size"',
    'b "b", .png\t\tx, y,"z"\t-0.1\t2',
    'é🙂/c.png\tcat\tx\t\t1e+300',
    '',
  ]);
  expect(projectorConfig(2, 3, null)).not.toContain('sprite');
});

test('without its images, a run with a map has no pictures, and says so', async () => {
  await cp(cli.path('run'), cli.path('moved'), { recursive: true });
  const { writeLatents } = await import('../../src/runs/latents');
  const steps = JSON.parse((await cli.run(['export', 'run', '--json', '--out', 'other'])).stdout) as {
    step: number;
  };
  await writeLatents(cli.path('moved'), {
    ...{ step: steps.step, fingerprint: 'f', dimensions: 3, labels: null, ids: ['a.png'] },
    ...{ splits: Uint8Array.of(0), elbo: Float32Array.of(-1) },
    ...{ mean: Float32Array.of(1, 2, 3), logVariance: Float32Array.of(0, 0, 0) },
  });
  const config = JSON.parse(await readFile(cli.path('moved', 'config.json'), 'utf8')) as {
    data: { source: object };
  };
  config.data.source = { ...config.data.source, uri: 'file:///gone' };
  await writeFile(cli.path('moved', 'config.json'), JSON.stringify(config));
  await rm(cli.path('none'), { recursive: true, force: true });
  await mkdir(cli.path('none'));
  const args = ['export', 'moved', '--format', 'tensorboard', '--out', 'none', '--json'];
  const { stdout } = await cli.run(args);
  const { files, notes } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    files: string[];
    notes: string[];
  };
  expect(notes).toEqual([expect.stringMatching(/^There are no pictures\. .*gone/)]);
  expect(files.some((file) => file.endsWith('sprite.png'))).toBe(false);
  expect(await readFile(cli.path('none/tensorboard/vectors.tsv'), 'utf8')).toBe('1\t2\t3\n');
});

test.skipIf(!hasPackages('tensorboard', 'werkzeug', 'numpy'))(
  'TensorBoard itself reads all of it',
  async () => {
    const rows = await readMetrics(cli.path('run'));
    const expected = rows.filter((row) => row.type === 'validation').map(({ step, elbo }) => [step, elbo]);
    const vectors = (await read('vectors.tsv'))
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').map(Number));
    const script = `
import json, os, sys
import numpy as np
from werkzeug.test import Client
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer, event_accumulator
from tensorboard.plugins import base_plugin
from tensorboard.plugins.projector import projector_plugin
from tensorboard.util import tensor_util
expected, vectors = json.load(open('expected.json'))
accumulator = event_accumulator.EventAccumulator('tensorboard/validation')
accumulator.Reload()
got = [[e.step, e.value] for e in accumulator.Scalars('bound')]
assert np.allclose(got, expected), (got, expected)
assert 'kl_per_dimension/2' in accumulator.Tags()['scalars'], accumulator.Tags()
logdir = os.path.abspath('tensorboard')
multiplexer = plugin_event_multiplexer.EventMultiplexer()
multiplexer.AddRunsFromDirectory(logdir)
multiplexer.Reload()
assert sorted(multiplexer.Runs()) == ['.', 'train', 'validation'], multiplexer.Runs()
metadata = multiplexer.SummaryMetadata('validation', 'bound')
assert metadata.plugin_data.plugin_name == 'scalars' and 'nats' in metadata.summary_description, metadata
text = tensor_util.make_ndarray(multiplexer.Tensors('.', 'settings')[0].tensor_proto).item().decode()
assert multiplexer.SummaryMetadata('.', 'settings').plugin_data.plugin_name == 'text'
assert json.loads(text)['run'] == 'a\\n# "run" <b>' and json.loads(text)['model']['latent'] == 3
assert all(line.startswith('    ') for line in text.split('\\n'))
provider = data_provider.MultiplexerDataProvider(multiplexer, logdir)
plugin = projector_plugin.ProjectorPlugin(base_plugin.TBContext(logdir=logdir, data_provider=provider))
apps = plugin.get_plugin_apps()
def get(route, **query):
    response = Client(apps[route]).get(route, query_string=query)
    assert response.status_code == 200, (route, response.status_code, response.data)
    return response.data
runs = json.loads(get('/runs'))
assert runs == ['.'], runs
info = json.loads(get('/info', run='.'))['embeddings'][0]
name = info['tensorName']
assert info['tensorShape'] == [len(vectors), len(vectors[0])], info
tensor = np.frombuffer(get('/tensor', run='.', name=name), np.float32).reshape(len(vectors), -1)
assert np.array_equal(tensor, np.array(vectors, np.float32))
assert len(get('/metadata', run='.', name=name).decode().rstrip('\\n').split('\\n')) == len(vectors) + 1
assert info['sprite']['singleImageDim'] == [8, 6], info
assert get('/sprite_image', run='.', name=name)[1:4] == b'PNG'
print('read')
`;
    await writeFile(cli.path('out', 'expected.json'), JSON.stringify([expected, vectors]));
    expect(runPython(cli.path('out'), script).trim()).toBe('read');
  },
);
