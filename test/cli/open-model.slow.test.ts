/** `vae open-model` on models from PyTorch: from two files and a folder of images to a map and a direction. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serialiseModel } from '../../src/engine/onnx/encode';
import type { OnnxModel, OnnxNode } from '../../src/engine/onnx/model';
import { onnxTensor } from '../../src/engine/onnx/tensor';
import { encodePng } from '../../src/images/codecs/png-encode';
import { decodeImage } from '../../src/images/codecs/decode';
import { decodeNpy } from '../../src/runs/npy';
import { node, value } from '../engine/onnx/support';
import { MODELS_FOLDER } from '../engine/onnx/opened/files';
import { endlessLoop, GO } from '../support/endless-loop';
import { hasPackages, runPython } from '../support/python';
import { Cli, objects, writeImages } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build(['mcp', 'worker', 'chunks', 'pictures', 'layout']);
  const files = await writeImages(cli.path('all'), 40, 12);
  for (const [name, own] of [
    ['one', files.slice(0, 20)],
    ['two', files.slice(20)],
  ] as const) {
    await mkdir(cli.path('images', name), { recursive: true });
    await Promise.all(own.map((file, i) => copyFile(file, cli.path('images', name, `${i}.png`))));
  }
  await Promise.all(
    ['plain', 'conv', 'map', 'last'].map(async (name) => {
      await mkdir(cli.path(name));
      for (const half of ['encoder', 'decoder'])
        await copyFile(join(MODELS_FOLDER, `${name}-${half}.onnx`), cli.path(name, `${half}.onnx`));
    }),
  );
});
afterAll(() => cli.dispose());

const open = (...args: string[]) => cli.run(['open-model', ...args, '--data', 'images', '--threads', '1']);
const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('a model from PyTorch', () => {
  test('is encoded, decoded, mapped and given a direction, as a run of one’s own', async () => {
    const before = await sha256(cli.path('plain', 'encoder.onnx'));
    const opened = await open('plain', '--name', 'From PyTorch', '--run', 'run', '--json');
    expect(opened.stderr).toBe('');
    expect(objects(opened.stdout)).toMatchObject([
      { type: 'opened', width: 12, height: 12, channels: 1, latent: 3, images: 40 },
    ]);
    expect(await sha256(cli.path('plain', 'encoder.onnx'))).toBe(before);
    const model = JSON.parse(await readFile(cli.path('run', 'model.json'), 'utf8')) as {
      encoder: { sha256: string };
    };
    expect(model.encoder.sha256).toBe(before);
    expect(await sha256(cli.path('run', 'encoder.onnx'))).toBe(before);

    const images = ['images/one/0.png', 'images/two/3.png'];
    const encoded = await cli.run(['encode', 'run', ...images, '--out', 'z.npy']);
    expect(encoded).toMatchObject({ code: 0, stderr: '' });
    const z = decodeNpy(await readFile(cli.path('z.npy')), [2, 2, 3]);
    expect(z.every(Number.isFinite)).toBe(true);
    if (hasPackages('onnxruntime', 'numpy')) {
      const pixels = await Promise.all(
        images.map(async (path) => {
          const { data: rgba } = await decodeImage(await readFile(cli.path(path)));
          return Array.from({ length: 144 }, (_, i) => rgba[4 * i]! / 255);
        }),
      );
      const script = `
import json, sys, numpy, onnxruntime
session = onnxruntime.InferenceSession("plain/encoder.onnx")
x = numpy.array(json.loads(sys.argv[1]), numpy.float32)
print(json.dumps([part.tolist() for part in session.run(None, {"x": x})]))`;
      const [mean, logVariance] = JSON.parse(
        runPython(cli.cwd, script, JSON.stringify(pixels)),
      ) as number[][][];
      const expected = mean!.flatMap((row, i) => [...row, ...logVariance![i]!]);
      expected.forEach((number, i) => expect(z[i]).toBeCloseTo(number, 5));
    }
    const text = (await cli.run(['encode', 'run', images[0]!])).stdout;
    expect(text).toMatch(/one\/0\.png +- +- +\d/);
    for (const args of [
      ['interpolate', 'run', ...images, '--frames', '5', '--out', 'path.png'],
      ['manifold', 'run', '--side', '3', '--out', 'grid.png'],
    ])
      expect(await cli.run(args)).toMatchObject({ code: 0, stderr: '' });
    expect((await decodeImage(await readFile(cli.path('grid.png')))).width).toBe(3 * 13 + 1);
    const exported = await cli.run([
      'export',
      'run',
      '--format',
      'latents',
      '--table',
      'csv',
      '--out',
      'table',
    ]);
    expect(exported.code).toBe(0);
    const lines = (await readFile(cli.path('table', 'latents.csv'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(41);

    const { client, call } = await agent();
    try {
      const neighbours = await call('vae_find_neighbours', {
        run: cli.path('run'),
        of: { id: 'one/0.png' },
        count: 3,
      });
      expect(JSON.stringify(neighbours)).toContain('one/');
      const direction = await call('vae_make_direction', {
        ...{ run: cli.path('run'), from: { label: 'one' }, to: { label: 'two' }, name: 'one to two' },
      });
      expect(direction).toMatchObject({ counts: [20, 20] });
      expect(direction['vector']).toHaveLength(3);
    } finally {
      await client.close();
    }
    expect(await readdir(cli.path('run', 'latents'))).toContain('mean.npy');
  });

  test('has no bound, cannot be trained, and says why', async () => {
    expect((await open('plain', '--run', 'bound')).code).toBe(0);
    for (const args of [
      ['evaluate', 'bound'],
      ['resume', 'bound'],
      ['resume', 'bound', '--samples', '1e6'],
      ['export', 'bound', '--format', 'pytorch'],
    ]) {
      const { code, stderr } = await cli.run(args);
      expect(code, args.join(' ')).toBe(2);
      expect(stderr).toContain('this model was trained elsewhere');
    }
    expect((await open('plain', '--run', 'second')).code).toBe(0);
    const listed = await cli.run(['compare', 'bound', 'second', '--all']);
    expect(listed.stdout).toContain('no bound');
    expect(listed.stdout).not.toContain('training.samples');
  });

  test('is asked about where its files are silent; the choices can be looked at', async () => {
    const asked = await open('map', '--json');
    expect(asked.code).toBe(2);
    expect(objects(asked.stdout)).toMatchObject([
      { type: 'question', key: 'output-scale', choices: ['unit', 'signed', 'bytes'] },
    ]);
    expect(objects(asked.stderr)[0]!['error']).toMatchObject({ code: 'question' });
    expect((await open('map')).stderr).toContain(
      'Add --scale: one of unit, signed, bytes; --preview FILE.png',
    );
    const drawn = await open('map', '--preview', 'scales.png');
    expect(drawn).toMatchObject({ code: 0, stderr: '' });
    expect(drawn.stdout).toContain('by the scales unit, signed, bytes from the top');
    // Three pairs of rows of 8 images of 16 x 16, twice as large.
    const picture = await decodeImage(await readFile(cli.path('scales.png')));
    expect(picture).toMatchObject({ width: 2 * (8 * 17 + 1), height: 2 * (6 * 17 + 1) });
    const opened = await open('map', '--scale', 'signed', '--run', 'map-run');
    expect(opened.code).toBe(0);
    expect(opened.stdout).toContain('latent map of 2 × 4 × 4 counts as a point of 32 dimensions');
    expect((await cli.run(['encode', 'map-run', 'images/one/0.png', '--json'])).code).toBe(0);
  });

  test('of colours, of a fixed batch and of channels last opens without a question', async () => {
    for (const name of ['conv', 'last']) {
      expect(await open(name, '--run', `${name}-run`)).toMatchObject({ code: 0, stderr: '' });
      expect(
        (await cli.run(['interpolate', `${name}-run`, 'images/one/1.png', 'images/two/2.png'])).code,
      ).toBe(0);
    }
  });
});

test.skipIf(!hasPackages('torch', 'onnx', 'onnxruntime', 'pythae'))(
  'Pythae’s own VAE, by torch.onnx, opens without a question',
  async () => {
    await mkdir(cli.path('pythae'));
    await copyFile(join(MODELS_FOLDER, 'make_models.py'), cli.path('pythae', 'make_models.py'));
    runPython(
      cli.path('pythae'),
      'import sys; sys.argv.append("--pythae"); import make_models; make_models.main()',
    );
    const files = ['pythae/pythae-encoder.onnx', 'pythae/pythae-decoder.onnx'];
    const opened = await open(...files, '--run', 'pythae-run', '--json');
    expect(objects(opened.stdout)).toMatchObject([{ width: 28, height: 28, channels: 1, latent: 4 }]);
    const { stdout } = await cli.run(['encode', 'pythae-run', 'images/one/0.png', '--json']);
    const script = `
import json, numpy, onnxruntime
session = onnxruntime.InferenceSession("pythae-encoder.onnx")
print(json.dumps([part.tolist() for part in session.run(None, {"x": numpy.zeros((1, 1, 28, 28), numpy.float32)})]))`;
    // A black picture tells the outputs apart as well as any.
    await writeFile(
      cli.path('black.png'),
      encodePng({ width: 28, height: 28, channels: 1, bytes: new Uint8Array(784) }),
    );
    const black = await cli.run(['encode', 'pythae-run', 'black.png', '--json']);
    const [{ mean, logVariance }] = objects(black.stdout) as [{ mean: number[]; logVariance: number[] }];
    const expected = JSON.parse(runPython(cli.path('pythae'), script)) as number[][][];
    mean.forEach((number, i) => expect(number).toBeCloseTo(expected[0]![0]![i]!, 4));
    logVariance.forEach((number, i) => expect(number).toBeCloseTo(expected[1]![0]![i]!, 4));
    expect(stdout).toContain('"kl":');
  },
);

describe('what others made', () => {
  const shape = ['batch', 1, 8, 8] as const;
  const decoder: OnnxModel = {
    graph: {
      name: 'decoder',
      inputs: [value('z', 'float32', shape)],
      outputs: [value('image', 'float32', shape)],
      nodes: [node('Sigmoid', ['z'], 'image')],
    },
  };
  const encoder = (...nodes: OnnxNode[]): OnnxModel => ({
    graph: {
      name: 'encoder',
      inputs: [value('x', 'float32', shape)],
      outputs: [value('mean', 'float32', shape)],
      nodes,
      initializers: {
        ...GO,
        huge: onnxTensor('int64', [2], [2 ** 20, 2 ** 20]),
      },
    },
  });
  const endless = encoder(endlessLoop('mean', shape));

  async function written(name: string, model: OnnxModel | Uint8Array): Promise<string> {
    await mkdir(cli.path(name), { recursive: true });
    await writeFile(
      cli.path(name, 'encoder.onnx'),
      model instanceof Uint8Array ? model : serialiseModel(model),
    );
    await writeFile(cli.path(name, 'decoder.onnx'), serialiseModel(decoder));
    return name;
  }

  async function refusal(...args: string[]): Promise<string> {
    const { code, stderr } = await open(...args, '--run', 'hostile');
    expect(code, stderr).toBe(2);
    // Nothing is left, and nothing is a run.
    expect(await readdir(cli.path('hostile')).catch(() => [])).toEqual([]);
    return stderr;
  }

  test('and does not end is stopped with a word', async () => {
    const said = await refusal(await written('endless', endless), '--call-seconds', '1');
    expect(said).toContain("the model's encoder has computed for 1 s without an end");
  });

  test('and takes more memory than there is is stopped with a word', async () => {
    const fill = encoder(
      node('ConstantOfShape', ['huge'], 'all'),
      node('ReduceSum', ['all'], 'sum'),
      node('Mul', ['x', 'sum'], 'mean'),
    );
    expect(await refusal(await written('huge', fill))).toMatch(/memory|allocat/i);
  });

  test('and is no model, or uses operators that do not exist, is refused', async () => {
    const unknown = await written('unknown', encoder(node('Teleport', ['x'], 'mean')));
    expect(await refusal(unknown)).toMatch(/refused.*Teleport/s);
    const broken = await written('broken', new TextEncoder().encode('not a model'));
    expect(await refusal(broken)).toContain('the encoder is refused: it is not an ONNX model');
  });

  test.skipIf(process.platform === 'win32')(
    'and is a link, a folder or a pipe is refused by name',
    async () => {
      await written('plain-files', encoder(node('Neg', ['x'], 'mean')));
      await symlink(cli.path('plain-files', 'encoder.onnx'), cli.path('link.onnx'));
      await mkdir(cli.path('folder.onnx'));
      execFileSync('mkfifo', [cli.path('pipe.onnx')]);
      const other = 'plain-files/decoder.onnx';
      expect(await refusal('link.onnx', other)).toContain('this is a link');
      expect(await refusal('folder.onnx', other)).toContain('this is not a file');
      expect(await refusal('pipe.onnx', other)).toContain('this is not a file');
      expect(await refusal('missing.onnx', other)).toContain('there is no such file');
      await mkdir(cli.path('several'));
      for (const name of ['a.onnx', 'b.onnx']) await copyFile(cli.path(other), cli.path('several', name));
      expect(await refusal('several')).toContain('got a.onnx, b.onnx, which does not tell the encoder');
    },
  );

  test('and lies in a run folder is not run once it is another file', async () => {
    expect((await open('plain', '--run', 'changed')).code).toBe(0);
    await writeFile(cli.path('changed', 'encoder.onnx'), serialiseModel(endless));
    const { code, stderr } = await cli.run(['encode', 'changed', 'images/one/0.png']);
    expect(code).toBe(2);
    expect(stderr).toContain('is not the file that was opened');
    await writeFile(cli.path('changed', 'model.json'), '{"format": "latent-explorer/opened-model/2"}');
    expect((await cli.run(['encode', 'changed', 'images/one/0.png'])).stderr).toContain(
      'does not describe a model that was opened',
    );
    expect((await stat(cli.path('plain', 'encoder.onnx'))).isFile()).toBe(true);
  });
});

/** An agent's client of `vae mcp`. */
async function agent(): Promise<{
  client: Client;
  call: (name: string, input: object) => Promise<Record<string, unknown>>;
}> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [cli.program, 'mcp', '--threads', '1', '--allow-train'],
    cwd: cli.cwd,
    env: { ...(process.env as Record<string, string>), XDG_STATE_HOME: cli.path('state') },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const call = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const result = await client.callTool({ name, arguments: { ...input } }, undefined, { timeout: 300_000 });
    expect(result.isError, JSON.stringify(result.content)).not.toBe(true);
    return result.structuredContent as Record<string, unknown>;
  };
  return { client, call };
}
