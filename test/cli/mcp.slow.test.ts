/** An agent's session with `vae mcp`, by the SDK's own client: from a folder of images to a saved direction. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeImage } from '../../src/images/codecs/decode';
import type { RgbaImage } from '../../src/images/codecs/image';
import { eventually } from '../support/eventually';
import { linearClassifier } from '../support/classifier';
import { once } from '../support/once';
import { Cli, objects, writeImages } from './support';

/** A model that trains in a second, for images of 8 x 8. */
const TINY = { hidden: '16', minibatch: '20', 'data.width': '8', 'data.height': '8', 'data.channels': '1' };
const LATENT = 3;
/** Images of each class. */
const CLASS = 40;

/** The start of the inspector (npm: @modelcontextprotocol/inspector), named by a variable: it is too large to come with the tests. */
const INSPECTOR = process.env['VAE_MCP_INSPECTOR'] ?? null;

interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly data: Record<string, unknown>;
  readonly pictures: readonly Uint8Array[];
  readonly progress: readonly number[];
}

let cli: Cli;
/** The workspace, and what lies beside it. */
let root: string;
let agent: Agent;

/** A client and the server that it started. */
class Agent {
  private constructor(
    readonly client: Client,
    readonly stderr: () => string,
  ) {}

  static async start(folder: string, ...options: string[]): Promise<Agent> {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [cli.program, 'mcp', '--threads', '1', ...options],
      cwd: folder,
      env: { ...(process.env as Record<string, string>), XDG_STATE_HOME: cli.path('state') },
      stderr: 'pipe',
    });
    let said = '';
    transport.stderr?.on('data', (piece: Buffer) => (said += piece.toString()));
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    return new Agent(client, () => said);
  }

  async call(name: string, input: object = {}): Promise<Answer> {
    const progress: number[] = [];
    const options = {
      onprogress: (report: { progress: number }) => void progress.push(report.progress),
      timeout: 300_000,
    };
    const result = await this.client.callTool({ name, arguments: { ...input } }, undefined, options);
    const content = result.content as { type: string; text?: string; data?: string; mimeType?: string }[];
    const pictures = content.filter(({ type }) => type === 'image');
    for (const { mimeType } of pictures) expect(mimeType).toBe('image/png');
    return {
      isError: result.isError === true,
      text: content[0]!.text!,
      data: (result.structuredContent ?? {}) as Record<string, unknown>,
      pictures: pictures.map(({ data }) => Buffer.from(data!, 'base64')),
      progress,
    };
  }

  /** Calls a tool that must succeed. */
  async ok(name: string, input: object = {}): Promise<Answer> {
    const answer = await this.call(name, input);
    expect(answer.isError, answer.text).toBe(false);
    return answer;
  }

  /** Calls a tool that must fail, and returns why. */
  async refusal(name: string, input: object = {}): Promise<string> {
    const answer = await this.call(name, input);
    expect(answer.isError, answer.text).toBe(true);
    return answer.text;
  }
}

interface EncodedImage {
  readonly id: string;
  readonly mean: number[];
  readonly standardDeviation: number[];
  readonly elbo: number;
}

const size = async (png: Uint8Array) => {
  const { width, height } = await decodeImage(png);
  return { width, height };
};

/** Ids of all images. */
const ids = ['left', 'right'].flatMap((name) => Array.from({ length: CLASS }, (_, i) => `${name}/${i}.png`));

async function train(seed: number): Promise<string> {
  const input = { data: 'shapes', samples: 4000, latent: LATENT, seed, set: TINY };
  const { data } = await agent.ok('vae_train_model', input);
  const run = data['run'] as string;
  await eventually(async () => (await agent.ok('vae_show_run', { run, rows: 5 })).data['state']).toBe(
    'finished',
  );
  return run;
}

let run: string;
let other: string;
let encoded: readonly EncodedImage[];
beforeAll(async () => {
  cli = await Cli.build(['mcp', 'worker', 'chunks', 'pictures', 'layout']);
  root = cli.path('workspace');
  await writeImages(cli.path('all'), 2 * CLASS);
  for (const [at, name] of ['left', 'right'].entries()) {
    await mkdir(join(root, 'shapes', name), { recursive: true });
    for (let i = 0; i < CLASS; i++)
      await cp(cli.path('all', `${at * CLASS + i}.png`), join(root, 'shapes', name, `${i}.png`));
  }
  await mkdir(cli.path('secret'));
  await cp(cli.path('all', '0.png'), cli.path('secret', '0.png'));
  agent = await Agent.start(root, '--allow-train');
  run = await train(1);
  other = await train(2);
  const first = await agent.ok('vae_encode_images', { run, images: ids.slice(0, 40).map((id) => ({ id })) });
  const second = await agent.ok('vae_encode_images', { run, images: ids.slice(40).map((id) => ({ id })) });
  encoded = [first, second].flatMap(({ data }) => data['images'] as EncodedImage[]);
}, 600_000);
afterAll(async () => {
  await agent?.client.close();
  await cli.dispose();
});

/** A direction that is saved. */
const toTheRight = once(() =>
  agent.ok('vae_make_direction', {
    run,
    from: { label: 'left' },
    to: { label: 'right' },
    name: 'to the right',
  }),
);

describe('a session', () => {
  test('the list of tools: names, schemas and what each may do', async () => {
    const { tools } = await agent.client.listTools();
    expect(tools.length).toBeGreaterThanOrEqual(16);
    for (const { name, description, inputSchema, annotations } of tools) {
      expect(name).toMatch(/^vae_[a-z]+_[a-z]+$/);
      expect(description!.length).toBeGreaterThan(40);
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(annotations?.readOnlyHint).toBe(!/train|stop|tag|export/.test(name));
    }
  });

  test.skipIf(INSPECTOR === null)(
    'the inspector of MCP lists the tools, strictly, and calls one',
    async () => {
      const inspect = (...method: string[]) => {
        const server = [process.execPath, cli.program, 'mcp', '--threads', '1'];
        const env = { ...process.env, XDG_STATE_HOME: cli.path('state'), HOME: cli.path('inspector') };
        const args = [INSPECTOR!, '--cli', ...server, '--cwd', root, ...method];
        return promisify(execFile)(process.execPath, args, { cwd: root, env });
      };
      // Strict: it fails where a schema is not portable between clients.
      const listed = await inspect('--method', 'tools/list', '--strict');
      const { tools } = JSON.parse(listed.stdout) as { tools: { name: string }[] };
      expect(tools.map(({ name }) => name)).toEqual(
        (await agent.client.listTools()).tools.map(({ name }) => name),
      );
      const call = [
        '--method',
        'tools/call',
        '--tool-name',
        'vae_show_run',
        '--tool-arg',
        `run=${run}`,
        'rows=5',
      ];
      const { structuredContent } = JSON.parse((await inspect(...call)).stdout) as {
        structuredContent: unknown;
      };
      expect(structuredContent).toMatchObject({ state: 'finished', latent: LATENT });
    },
  );

  test('datasets are found and inspected', async () => {
    const { data } = await agent.ok('vae_list_datasets');
    expect(data).toMatchObject({ named: ['digits', 'mnist'] });
    expect(data['folders']).toContainEqual({
      path: 'shapes',
      kind: 'images',
      images: 2 * CLASS,
      more: false,
    });
    const inspected = await agent.ok('vae_inspect_dataset', {
      data: 'shapes',
      set: { 'data.width': '8', 'data.height': '8' },
    });
    expect(inspected.text).toContain(`${2 * CLASS}`);
    expect(inspected.data['shape']).toMatchObject({ width: 8, height: 8 });
    expect(inspected.pictures).toHaveLength(1);
  });

  test('runs are listed, newest first, and shown with their curve', async () => {
    const { data } = await agent.ok('vae_list_runs');
    const names = (data['runs'] as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([run, other]));
    expect(names).toEqual([...names].sort().reverse());
    const shown = await agent.ok('vae_show_run', { run, rows: 5, pictures: true });
    expect(shown.data).toMatchObject({
      state: 'finished',
      samples: 4000,
      totalSamples: 4000,
      live: null,
      latent: LATENT,
    });
    const curve = shown.data['curve'] as { step: number; elbo: number }[];
    expect(curve.length).toBeLessThanOrEqual(5);
    expect(curve.at(-1)!.step).toBe(200);
    expect(shown.pictures).toHaveLength(2);
  });

  test('evaluates as `vae evaluate` does', async () => {
    const { data } = await agent.ok('vae_evaluate_run', { run, split: 'validation' });
    const printed = await cli.run([
      'evaluate',
      join(root, '.vae/runs', run),
      '--split',
      'validation',
      '--seed',
      String(data['seed']),
      '--json',
      '--threads',
      '1',
    ]);
    const [theirs] = objects(printed.stdout);
    expect(data['count']).toBe(theirs!['count']);
    expect(data['elbo']).toBeCloseTo(theirs!['elbo'] as number, 2);
  });

  test('encodes as `vae encode` does, files by paths and dataset images by ids alike', async () => {
    const path = 'shapes/left/3.png';
    const { data, pictures } = await agent.ok('vae_encode_images', {
      run,
      images: [{ path }, { id: 'left/3.png' }],
    });
    const [byPath, byId] = data['images'] as EncodedImage[];
    expect(byPath!.mean).toEqual(byId!.mean);
    const printed = await cli.run([
      'encode',
      join(root, '.vae/runs', run),
      join(root, path),
      '--json',
      '--threads',
      '1',
    ]);
    const [theirs] = objects(printed.stdout) as { mean: number[]; elbo: number }[];
    expect(byPath!.mean).toHaveLength(LATENT);
    theirs!.mean.forEach((value, d) => expect(byPath!.mean[d]).toBeCloseTo(value, 4));
    // Two images in a row above their reconstructions, enlarged to a side of 80, with gaps.
    expect(await size(pictures[0]!)).toEqual({ width: (2 * 10 + 2) * 10, height: (2 * 10 + 2) * 10 });
  });

  test('decodes points: that of an image gives its reconstruction again', async () => {
    const { pictures, data } = await agent.ok('vae_decode_points', {
      run,
      points: [encoded[0]!.mean, [0, 0, 0]],
    });
    expect(data).toMatchObject({ count: 2, width: 8, height: 8, channels: 1 });
    const decoded = await decodeImage(pictures[0]!);
    const pair = await agent.ok('vae_encode_images', { run, images: [{ id: encoded[0]!.id }] });
    const reconstruction = await decodeImage(pair.pictures[0]!);
    // The first of the row; and the second of the column.
    const [a, b] = [grey(decoded, 20, 20), grey(reconstruction, 20, 120)];
    expect(a.length).toBe(80 * 80);
    a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThanOrEqual(1));
  });

  test('interpolates from image to image, straight and on great circles', async () => {
    const through = [{ id: encoded[0]!.id }, { path: 'shapes/right/1.png' }, { point: [0, 0, 1] }];
    const { data, pictures } = await agent.ok('vae_interpolate_images', { run, through, frames: 9 });
    const points = data['points'] as number[][];
    expect(points).toHaveLength(9);
    points[0]!.forEach((value, d) => expect(value).toBeCloseTo(encoded[0]!.mean[d]!, 3));
    expect(points[8]).toEqual([0, 0, 1]);
    const at = data['at'] as number[];
    const [from, to] = [points[0]!, points[at[1]!]!];
    points[1]!.forEach((value, d) => expect(value).toBeCloseTo(from[d]! + (to[d]! - from[d]!) / at[1]!, 3));
    expect(pictures).toHaveLength(1);
    const round = await agent.ok('vae_interpolate_images', { run, through, frames: 9, kind: 'spherical' });
    expect(round.data['points']).not.toEqual(points);
  });

  test('the neighbours are those by the 2-Wasserstein distance of the posteriors', async () => {
    const of = encoded[7]!;
    const { data } = await agent.ok('vae_find_neighbours', { run, of: { id: of.id }, count: 5 });
    const far = (image: EncodedImage): number =>
      Math.hypot(
        ...image.mean.map((value, d) => value - of.mean[d]!),
        ...image.standardDeviation.map((value, d) => value - of.standardDeviation[d]!),
      );
    const expected = encoded
      .filter(({ id }) => id !== of.id)
      .sort((a, b) => far(a) - far(b))
      .slice(0, 5);
    const found = data['neighbours'] as { id: string; distance: number }[];
    expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    found.forEach(({ distance }, i) => expect(distance).toBeCloseTo(far(expected[i]!), 3));
  });

  test('the outliers are the images with the lowest bounds', async () => {
    const { data, pictures } = await agent.ok('vae_find_outliers', { run, count: 6 });
    const found = data['outliers'] as { id: string; elbo: number; deviationsBelowMean: number }[];
    expect(found).toHaveLength(6);
    // The bounds of the map are by other draws than those of single images, so the order is its own.
    expect(found.map(({ elbo }) => elbo)).toEqual(found.map(({ elbo }) => elbo).sort((a, b) => a - b));
    const mean = encoded.reduce((sum, { elbo }) => sum + elbo, 0) / encoded.length;
    expect(data['mean']).toBeCloseTo(mean, -1);
    for (const { elbo, deviationsBelowMean } of found) {
      expect(deviationsBelowMean).toBeGreaterThan(0);
      expect(deviationsBelowMean).toBeCloseTo(
        ((data['mean'] as number) - elbo) / (data['standardDeviation'] as number),
        2,
      );
    }
    expect(pictures).toHaveLength(1);
  });

  test('a direction between labels is the difference of the means; it is saved and applied', async () => {
    const { data } = await toTheRight();
    const meanOf = (label: string): number[] => {
      const members = encoded.filter(({ id }) => id.startsWith(`${label}/`));
      return Array.from(
        { length: LATENT },
        (_, d) => members.reduce((sum, { mean }) => sum + mean[d]!, 0) / members.length,
      );
    };
    const [a, b] = [meanOf('left'), meanOf('right')];
    const { start, vector } = data as { start: number[]; vector: number[] };
    start.forEach((value, d) => expect(value).toBeCloseTo(a[d]!, 3));
    vector.forEach((value, d) => expect(value).toBeCloseTo(b[d]! - a[d]!, 3));
    expect(data).toMatchObject({
      counts: [CLASS, CLASS],
      saved: { name: 'to the right', file: 'to-the-right.json' },
    });
    const saved = JSON.parse(await readFile(join(root, '.vae/directions/to-the-right.json'), 'utf8')) as {
      name: string;
    };
    expect(saved.name).toBe('to the right');

    const list = await agent.ok('vae_list_directions', { run });
    expect(list.data['directions']).toMatchObject([
      { name: 'to the right', from: 'left', to: 'right', fits: true },
    ]);
    const applied = await agent.ok('vae_apply_direction', {
      run,
      direction: 'to the right',
      to: { id: encoded[0]!.id },
      places: [0, 1],
    });
    const points = applied.data['points'] as number[][];
    points[1]!.forEach((value, d) => expect(value - points[0]![d]!).toBeCloseTo(vector[d]!, 3));
    expect(applied.data).toMatchObject({ sameWeights: true });
    expect(await size(applied.pictures[0]!)).toEqual({ width: (2 * 10 + 2) * 10, height: 120 });
  });

  test('the classifier of a run: none, then what it says of the dataset, of decoded images and points, and of a direction', async () => {
    expect(await agent.refusal('vae_probe_classes', { run })).toMatch(
      /^not-found: no classifier is attached to .*vae probe attach/,
    );
    const classifier = { width: 8, height: 8, channels: 1, classes: 3, end: 'Softmax' } as const;
    await writeFile(cli.path('classifier.onnx'), linearClassifier(classifier));
    await writeFile(cli.path('classifier.txt'), 'low\nhigh\nother\n');
    const options = ['--scale', 'unit', '--threads', '1'];
    const folder = join(root, '.vae/runs', run);
    const attached = await cli.run(['probe', 'attach', folder, cli.path('classifier.onnx'), ...options]);
    expect(attached.code, attached.stderr).toBe(0);

    const before = await agent.ok('vae_probe_classes', { run });
    expect(before.data).toEqual({
      run,
      classifier: 'classifier.onnx',
      classes: 3,
      images: null,
      counts: null,
    });
    expect(before.text).toContain('has not classified the images');
    expect((await cli.run(['probe', 'classify', folder, '--threads', '1'])).code).toBe(0);
    const after = await agent.ok('vae_probe_classes', { run, most: 2 });
    const counts = after.data['counts'] as { class: string; images: number }[];
    expect(after.data['images']).toBe(2 * CLASS);
    expect(counts).toHaveLength(2);
    expect(counts[0]!.images).toBeGreaterThanOrEqual(counts[1]!.images);

    const { mean, id } = encoded[0]!;
    const at = await agent.ok('vae_probe_classes', { run, at: [{ id }, { point: mean }], most: 3 });
    const [ofImage, ofPoint] = at.data['places'] as { classes: { class: string; probability: number }[] }[];
    // An image is decoded from its posterior mean; numbers of points are rounded.
    const sum = ofImage!.classes.reduce((all, { probability }) => all + probability, 0);
    expect(sum).toBeCloseTo(1, 4);
    ofImage!.classes.forEach(({ class: name, probability }, i) => {
      expect(ofPoint!.classes[i]!.class).toBe(name);
      expect(ofPoint!.classes[i]!.probability).toBeCloseTo(probability, 3);
    });
    expect(at.pictures).toHaveLength(1);
    expect(at.text).toContain(`${id}: ${ofImage!.classes[0]!.class}, `);

    await toTheRight();
    const effect = await agent.ok('vae_probe_classes', { run, direction: 'to the right' });
    const changes = effect.data['changes'] as { change: number; standardError: number }[];
    expect(effect.data).toMatchObject({ direction: 'to the right', images: 2 * CLASS, sameWeights: true });
    // Probabilities add up to 1 before and after.
    expect(changes.reduce((all, { change }) => all + change, 0)).toBeCloseTo(0, 4);
    expect(await agent.refusal('vae_probe_classes', { run, direction: 'up' })).toMatch(
      /expected a saved one: to the right/,
    );
    expect(
      await agent.refusal('vae_probe_classes', { run, at: [{ id }], direction: 'to the right' }),
    ).toMatch(/^bad-input: got 'at' and 'direction'/);
  });

  test('images are tagged and a direction is made from the tag, without saving it', async () => {
    const tagged = encoded.slice(0, 5).map(({ id }) => id);
    await agent.ok('vae_tag_images', { run, tag: 'odd', ids: tagged });
    const { data, text } = await agent.ok('vae_make_direction', {
      run,
      from: { rest: true },
      to: { tag: 'odd' },
    });
    expect(data).toMatchObject({ counts: [2 * CLASS - 5, 5], saved: null });
    expect(text).toContain('not saved');
    expect(
      await agent.refusal('vae_make_direction', { run, from: { rest: true }, to: { tag: 'even' } }),
    ).toMatch(/no tag 'even'.*odd/);
  });

  test('runs are compared, tagged and exported', async () => {
    const compared = await agent.ok('vae_compare_runs', { runs: [run, other] });
    expect(compared.data['settings']).toEqual([
      expect.objectContaining({ name: expect.stringMatching(/seed/i) as string, differs: true }),
    ]);
    const tagged = await agent.ok('vae_tag_run', { run, add: ['best, small'], name: 'Squares' });
    expect(tagged.data).toEqual({ run, name: 'Squares', tags: ['best', 'small'] });
    // The run is found by its new name.
    const exported = await agent.ok('vae_export_run', { run: 'Squares', folder: 'models' });
    expect(exported.data['files']).toEqual(['models/encoder.onnx', 'models/decoder.onnx']);
    expect((await readFile(join(root, 'models/encoder.onnx'))).length).toBeGreaterThan(100);
    expect(await agent.refusal('vae_export_run', { run, folder: 'models' })).toMatch(/holds files/);
    expect(await agent.refusal('vae_export_run', { run, format: 'pickle' })).toMatch(
      /got 'pickle', expected one of onnx/,
    );
  });

  test('pictures of a run are resources', async () => {
    await mkdir(join(root, '.vae/runs', run, 'pictures'), { recursive: true });
    await cp(cli.path('all', '0.png'), join(root, '.vae/runs', run, 'pictures', 'mine #1.png'));
    const { resources } = await agent.client.listResources();
    const own = resources.filter(({ uri }) => uri.includes(run));
    expect(own.map(({ uri }) => uri.split('/').at(-1))).toEqual([
      'reconstructions.png',
      'samples.png',
      'mine%20%231.png',
    ]);
    for (const { uri } of own) {
      const { contents } = await agent.client.readResource({ uri });
      const png = Buffer.from((contents[0] as { blob: string }).blob, 'base64');
      expect((await size(png)).width).toBeGreaterThanOrEqual(8);
    }
    for (const uri of [
      'vae://runs/none/samples.png',
      `vae://runs/${run}/pictures/..%2F..%2Fconfig.json`,
      'file:///etc/passwd',
    ])
      await expect(agent.client.readResource({ uri })).rejects.toThrow(/no run|no resource|expected/);
  });

  test('a training is stopped; one that is over is not', async () => {
    const { data } = await agent.ok('vae_train_model', { data: 'shapes', set: TINY, samples: 1e9 });
    const stopped = await agent.ok('vae_stop_run', { run: data['run'] });
    expect(stopped.data).toMatchObject({ state: 'stopped', means: 'ask' });
    expect(await agent.refusal('vae_stop_run', { run: data['run'] })).toMatch(/nothing to stop/);
  });

  test('a call says how far it is', async () => {
    const { progress } = await agent.call('vae_inspect_dataset', { data: 'shapes' });
    expect(progress.length).toBeGreaterThan(0);
  });
});

describe('refusals say what was got, what was expected and what to do', () => {
  test('a server that only reads', async () => {
    const reader = await Agent.start(root);
    try {
      for (const [tool, input] of [
        ['vae_train_model', { data: 'shapes' }],
        ['vae_stop_run', { run }],
        ['vae_tag_run', { run, add: ['x'] }],
        ['vae_tag_images', { run, tag: 'x', ids: [ids[0]!] }],
        ['vae_export_run', { run }],
        ['vae_make_direction', { run, component: 0, name: 'first' }],
      ] as const)
        expect(await reader.refusal(tool, input), tool).toMatch(/^read-only: .*--allow-train/);
      await reader.ok('vae_make_direction', { run, component: 0 });
      await reader.ok('vae_list_runs');
      expect(reader.stderr()).toBe('');
    } finally {
      await reader.client.close();
    }
  });

  test('unknown tools, runs, images and fields', async () => {
    expect(await agent.refusal('vae_drop_tables')).toMatch(/no tool 'vae_drop_tables'.*vae_list_runs/);
    expect(await agent.refusal('vae_show_run', { run: 'nobody' })).toMatch(
      new RegExp(`no run 'nobody'.*${other}`),
    );
    expect(await agent.refusal('vae_show_run', {})).toMatch(/run: got nothing, expected string/);
    expect(await agent.refusal('vae_show_run', { run, rwos: 3 })).toMatch(/unknown field 'rwos'/);
    expect(await agent.refusal('vae_find_neighbours', { run, of: { id: 'nothing.png' } })).toMatch(
      /nothing\.png/,
    );
    expect(await agent.refusal('vae_decode_points', { run, points: [[1, 2]] })).toMatch(
      /2 numbers, expected 3/,
    );
    expect(await agent.refusal('vae_decode_points', { run, points: [[1, 2, 1e300]] })).toMatch(/finite/);
    expect(await agent.refusal('vae_train_model', { data: 'shapes', set: { latnet: '3' } })).toMatch(
      /latnet/,
    );
    expect(await agent.refusal('vae_compare_runs', { runs: [run, run] })).toMatch(/two or more different/);
    expect(await agent.refusal('vae_apply_direction', { run, direction: 'up' })).toMatch(/no direction 'up'/);
  });

  test('paths out of the workspace: by .., absolute, by links, as URIs', async () => {
    await symlink(cli.path('secret'), join(root, 'link'));
    await symlink(cli.path('nowhere'), join(root, 'dangling'));
    const outside = [
      '../secret/0.png',
      cli.path('secret', '0.png'),
      'link/0.png',
      `file://${cli.path('secret', '0.png')}`,
      'shapes/../../secret/0.png',
      '/etc/passwd',
    ];
    for (const path of outside) {
      const { data } = { data: await agent.refusal('vae_encode_images', { run, images: [{ path }] }) };
      expect(data, path).toMatch(/^outside-root: .*leads out of the workspace/);
      expect(await agent.refusal('vae_inspect_dataset', { data: path })).toMatch(/^outside-root/);
      expect(await agent.refusal('vae_train_model', { data: path })).toMatch(/^outside-root/);
      expect(await agent.refusal('vae_train_model', { data: 'shapes', labels: path })).toMatch(
        /^outside-root/,
      );
      expect(await agent.refusal('vae_show_run', { run: path })).toMatch(/^outside-root/);
      expect(await agent.refusal('vae_export_run', { run, folder: path })).toMatch(/^outside-root/);
    }
    expect(await agent.refusal('vae_export_run', { run, folder: 'dangling' })).toMatch(/^outside-root/);
    expect(await agent.refusal('vae_show_run', { run: '..' })).toMatch(/^outside-root/);
    expect(await agent.refusal('vae_show_run', { run: 'a\0b' })).toMatch(/NUL/);
    expect(
      await agent.refusal('vae_encode_images', { run, images: [{ path: 'file://server/share/0.png' }] }),
    ).toMatch(/on this machine/);
  });

  test('a run of someone else that names images outside, and one that is a link', async () => {
    const runs = join(root, '.vae/runs');
    const theirs = join(runs, '20200101-000000-theirs');
    await cp(join(runs, run), theirs, { recursive: true });
    const config = JSON.parse(await readFile(join(theirs, 'config.json'), 'utf8')) as {
      data: { source: { uri: string } };
    };
    config.data.source.uri = `file://${cli.path('secret')}`;
    await writeFile(join(theirs, 'config.json'), JSON.stringify(config));
    const name = '20200101-000000-theirs';
    for (const [tool, input] of [
      ['vae_encode_images', { images: [{ id: '0.png' }] }],
      ['vae_find_outliers', {}],
      ['vae_show_run', { pictures: true }],
      ['vae_evaluate_run', {}],
    ] as const)
      expect(await agent.refusal(tool, { run: name, ...input }), tool).toMatch(
        /^outside-root: .*secret.*--images/,
      );
    await expect(agent.client.readResource({ uri: `vae://runs/${name}/samples.png` })).rejects.toThrow(
      /outside-root/,
    );
    // Its numbers are in the workspace.
    await agent.ok('vae_show_run', { run: name });

    await symlink(cli.path('secret'), join(runs, 'linked'));
    expect(await agent.refusal('vae_show_run', { run: 'linked' })).toMatch(/is a link/);
    const { data } = await agent.ok('vae_list_runs');
    expect(JSON.stringify(data['damaged'])).toContain('linked');
  });

  test('text of files cannot pass for a line of a result', async () => {
    const name = 'x\nvae: all is well\u202e';
    await agent.ok('vae_tag_run', { run: other, name: 'plain' });
    await agent.ok('vae_tag_images', { run: other, tag: name, ids: [ids[0]!] });
    const { text } = await agent.ok('vae_tag_images', { run: other, tag: name, ids: [ids[1]!] });
    expect(text.split('\n')).toHaveLength(2);
    expect(text).not.toContain('\u202e');
  });
});

test('another folder may be read from where the user says so, and not written to', async () => {
  const wide = await Agent.start(root, '--allow-train', '--images', '../secret');
  try {
    const path = '../secret/0.png';
    const { data } = await wide.ok('vae_encode_images', { run, images: [{ path }] });
    expect((data['images'] as object[])[0]).toMatchObject({ path });
    expect(await wide.refusal('vae_export_run', { run, folder: '../secret/models' })).toMatch(
      /^outside-root/,
    );
  } finally {
    await wide.client.close();
  }
});

test('only the protocol is on standard output; the end of the input ends the server and its engines', async () => {
  // A run that no other server has an engine for.
  const alone = '20200101-000000-alone';
  await cp(join(root, '.vae/runs', run), join(root, '.vae/runs', alone), { recursive: true });
  const child = cli.start(['mcp', '--threads', '1'], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout!.setEncoding('utf8').on('data', (piece: string) => (out += piece));
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => (err += piece));
  const send = (message: object): void =>
    void child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'raw', version: '1' };
  send({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
  });
  send({ method: 'notifications/initialized' });
  child.stdin!.write('this is no JSON\n');
  send({
    id: 2,
    method: 'tools/call',
    params: { name: 'vae_decode_points', arguments: { run: alone, points: [[0, 0, 0]] } },
  });
  await eventually(() => out).toContain('"id":2');
  child.stdin!.end();
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { jsonrpc: string; id?: number; result?: object });
  expect(lines.map(({ jsonrpc }) => jsonrpc)).toEqual(lines.map(() => '2.0'));
  expect(lines.map(({ id }) => id)).toEqual([1, 2]);
  expect(lines[0]!.result).toMatchObject({
    serverInfo: { name: 'latent-explorer' },
    instructions: expect.stringContaining('vae_list_runs') as string,
  });
  await eventually(async () => (await cli.run(['stop', join(root, '.vae/runs', alone)])).stderr).toContain(
    'no engine is alive',
  );
});

test('a message without end is refused', async () => {
  const child = cli.start(['mcp'], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  let err = '';
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => (err += piece));
  child.stdin!.on('error', () => undefined);
  for (let i = 0; i < 12; i++) child.stdin!.write('x'.repeat(1 << 20));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(1);
  expect(err).toContain('at most 10 MB');
});

test('a folder that is not there', async () => {
  const { code, stderr } = await cli.run(['mcp', '--root', 'nowhere']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--root nowhere: there is no such folder/);
});

/** The pixels of a square of 80 in an enlarged picture, of which red stands for grey. */
function grey({ width, data }: RgbaImage, left: number, top: number): number[] {
  const values: number[] = [];
  for (let y = top; y < top + 80; y++)
    for (let x = left; x < left + 80; x++) values.push(data[(y * width + x) * 4]!);
  return values;
}
