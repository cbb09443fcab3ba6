/** A run travels as an archive; whatever else an archive holds, nothing of it is unpacked, and nothing of a failed import stays. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import type { Zippable } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAbout } from '../../src/runs/about';
import { readConfig } from '../../src/runs/store';
import { ProtobufMessage } from '../../src/engine/protobuf';
import type { ClassifierUse } from '../../src/engine/onnx/opened/classifier-use';
import { classifierKey, writeClassProbabilities } from '../../src/runs/class-probabilities';
import { readClassifier, writeClassifier } from '../../src/runs/classifier';
import { linearClassifier } from '../support/classifier';
import { once } from '../support/once';
import { hasPackages, runPython } from '../support/python';
import { Cli, objects, trainBriefly, writeImages } from './support';

let cli: Cli;

beforeAll(async () => {
  cli = await Cli.build();
  await writeImages(cli.path('images'), 40, 12, 8);
  await trainBriefly(cli, 'runs/first');
  expect((await cli.run(['rename', 'runs/first', 'A name'])).code).toBe(0);
  // What belongs to this machine alone.
  await writeFile(cli.path('runs/first/log.txt'), 'secret');
  await mkdir(cli.path('runs/first/pictures'));
  await attachClassifier();
  await writeFile(cli.path('runs/first/pictures/path.png'), 'secret');
});
afterAll(() => cli.dispose());

/** A classifier as a person attaches one, and what it says about the images. */
async function attachClassifier(): Promise<void> {
  const size = { width: 12, height: 8, channels: 1, classes: 3 } as const;
  const use: ClassifierUse = {
    ...{ width: 12, height: 8, channels: 1, input: 'image', element: 'float32', layout: 'nchw' },
    ...{ scale: 'unit', batch: null, output: 'scores', values: 'logits', numbers: size.classes },
  };
  const run = cli.path('runs/first');
  await writeClassifier(run, linearClassifier(size), { use, names: ['a', 'b', 'c'], from: 'mine.onnx' });
  const classifier = classifierKey((await readClassifier(run))!);
  const values = Float32Array.of(0.5, 0.25, 0.25, 1, 0, 0);
  await writeClassProbabilities(run, { classifier, fingerprint: 'f', count: 2, classes: 3, values });
}

const packed = once(async () => {
  const { code, stderr, stdout } = await cli.run([
    ...['export', 'runs/first', '--format', 'run', '--out', 'out', '--json'],
  ]);
  expect(`${code} ${stderr}`).toBe('0 ');
  expect(objects(stdout).at(-1)).toMatchObject({
    notes: [expect.stringMatching(/^The archive holds no images\./)],
  });
  return cli.path('out', 'run.vae.zip');
});

const CLASSIFIER_NOTE = expect.stringMatching(
  /^It has the classifier 'mine\.onnx', which runs here/,
) as string;

/** All files of a folder, by path below it. */
async function filesOf(folder: string): Promise<Record<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      paths
        .sort()
        .map(async (path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), await readFile(path)]),
    ),
  ) as Record<string, Buffer>;
}

const OWN = /^(log\.txt|process\.json|run\.lock|pictures\/.*)$/;
const partsOf = async (): Promise<Record<string, Buffer>> => {
  const files = await filesOf(cli.path('runs/first'));
  return Object.fromEntries(Object.entries(files).filter(([path]) => !OWN.test(path)));
};

/** The contents of an archive of some files. */
const contentsOf = (files: Readonly<Record<string, Uint8Array>>): Uint8Array => {
  const listed = Object.entries(files).map(([path, bytes]) => [
    ...[path, bytes.length, createHash('sha256').update(bytes).digest('hex')],
  ]);
  return Buffer.from(
    JSON.stringify({ format: 'latent-explorer/run-archive/1', name: 'first', files: listed }),
  );
};

const importAs = async (runs: string, file: string, ...args: string[]) => {
  const ended = await cli.run(['import', file, '--runs', runs, '--json', ...args]);
  return { ...ended, last: objects(ended.stdout).at(-1) ?? {} };
};

test('a run is the same elsewhere, without what belongs to the machine', async () => {
  const { code, stderr, last } = await importAs('elsewhere', await packed());
  expect(`${code} ${stderr}`).toBe('0 ');
  expect(last).toMatchObject({
    type: 'import',
    folder: cli.path('elsewhere', 'first'),
    notes: [CLASSIFIER_NOTE],
  });
  const files = await filesOf(cli.path('elsewhere', 'first'));
  expect(files).toEqual(await partsOf());
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining([
      ...['about.json', 'classifier/classifier.onnx', 'classifier/probabilities.npy', 'config.json'],
      ...['images.json', 'metrics.jsonl'],
    ]),
  );
  const { stdout } = await cli.run(['evaluate', 'elsewhere/first', '--engine', 'onnx', '--json']);
  const before = await cli.run(['evaluate', 'runs/first', '--engine', 'onnx', '--json']);
  expect(objects(stdout)[0]).toEqual({ ...objects(before.stdout)[0], run: cli.path('elsewhere', 'first') });
});

test('the archive has the same bytes each time, and other programs open it', async () => {
  const again = await cli.run(['export', 'runs/first', '--format', 'run', '--out', 'again']);
  expect(again.code).toBe(0);
  expect(await readFile(cli.path('again', 'run.vae.zip'))).toEqual(await readFile(await packed()));
});

test.skipIf(!hasPackages('zipfile'))('Python reads the archive whole', async () => {
  await packed();
  const script =
    "import zipfile\nz = zipfile.ZipFile('run.vae.zip')\nprint(z.testzip(), sorted(z.namelist())[0])";
  expect(runPython(cli.path('out'), script)).toBe('None about.json\n');
});

test('a second import has a folder of its own, and the name that it is given', async () => {
  const file = await packed();
  await importAs('twice', file);
  const { last } = await importAs('twice', file, '--name', ' Another\nname ');
  expect(last['folder']).toBe(cli.path('twice', 'first-2'));
  const about = JSON.parse(await readFile(cli.path('twice', 'first-2', 'about.json'), 'utf8')) as object;
  expect(about).toMatchObject({ name: 'Another name' });
});

test('without its images the run is imported, says so, and decodes', async () => {
  await cp(cli.path('runs/first'), cli.path('moved/first'), { recursive: true });
  const path = cli.path('moved/first/config.json');
  const config = await readConfig(cli.path('moved/first'));
  const data = { ...config.data, source: { ...config.data.source, uri: 'file:///gone' } };
  await writeFile(path, JSON.stringify({ ...config, data }));
  await cli.run(['export', 'moved/first', '--format', 'run', '--out', 'gone']);
  const { code, last } = await importAs('without', 'gone/run.vae.zip');
  expect(code).toBe(0);
  expect(last['notes']).toEqual([
    CLASSIFIER_NOTE,
    expect.stringMatching(/^The images of images are not here: .*\/gone\. /),
  ]);
  const exported = await cli.run(['export', 'without/first', '--format', 'onnx', '--out', 'model']);
  expect(exported.code).toBe(0);
  const { code: refused, stderr } = await cli.run(['evaluate', 'without/first', '--engine', 'onnx']);
  expect(`${refused} ${stderr}`).toMatch(/^2 .*gone/s);
});

const OTHER = { width: 8, height: 8, channels: 1, classes: 2 } as const;
/** An ONNX model whose only operator is of a domain that is not ONNX's: fields graph, node, operator and domain. */
const foreignOperator = (): Uint8Array =>
  new ProtobufMessage()
    .message(7, new ProtobufMessage().message(1, new ProtobufMessage().string(4, 'Run').string(7, 'evil')))
    .encode();

type Change = (files: Record<string, Uint8Array>) => Zippable | Uint8Array;
const withContents = (files: Record<string, Uint8Array>, more: Zippable = {}): Zippable => ({
  ...files,
  ...more,
  'archive.json': contentsOf(files),
});
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
/** The files with another classifier, described by the checksum that it has. */
const withClassifier = (files: Record<string, Uint8Array>, file: Uint8Array): Zippable => {
  const described = JSON.parse(Buffer.from(files['classifier/classifier.json']!).toString()) as object;
  const sha256 = createHash('sha256').update(file).digest('hex');
  return withContents({
    ...files,
    'classifier/classifier.json': text(JSON.stringify({ ...described, sha256 })),
    'classifier/classifier.onnx': file,
  });
};
const first = (files: Record<string, Uint8Array>): string =>
  Object.keys(files).find((path) => path.startsWith('checkpoints/'))!;

/** What a stranger may have packed: how it differs, and what is said of it. */
const HOSTILE: Readonly<Record<string, readonly [Change, RegExp]>> = {
  'a path out of the folder': [
    (files) => withContents(files, { '../evil.json': text('{}') }),
    /'?\.\.\/evil\.json.*without '\.\.'/,
  ],
  'an absolute path': [
    (files) => withContents(files, { '/etc/evil': text('x') }),
    /\/etc\/evil.*expected a path inside/,
  ],
  'a path of Windows': [
    (files) => withContents(files, { 'C:\\evil': text('x') }),
    /C:\/evil.*expected a path inside/,
  ],
  'a link': [
    (files) =>
      withContents(files, { 'tags.json': [text('/etc/passwd'), { os: 3, attrs: (0o120777 << 16) >>> 0 }] }),
    /tags\.json: a symbolic link/,
  ],
  'names that differ in case alone': [
    (files) => withContents(files, { 'Config.json': text('{}') }),
    /'Config\.json' is there twice, also as 'config\.json'|'config\.json' is there twice, also as 'Config\.json'/,
  ],
  'a file that is not listed': [
    (files) => ({ ...withContents(files), 'tags.json': text('{}') }),
    /archive\.json does not list 'tags\.json'/,
  ],
  'a file that is missing': [
    (files) => {
      const missing = first(files);
      return Object.fromEntries(Object.entries(withContents(files)).filter(([path]) => path !== missing));
    },
    /is missing or no file of a run/,
  ],
  'a changed checkpoint': [
    (files) => {
      const path = first(files);
      const changed = Uint8Array.from(files[path]!);
      changed[changed.length - 5]! ^= 1;
      return { ...withContents(files), [path]: changed };
    },
    /checkpoints\/\d+\.safetensors: its checksum is not the one/,
  ],
  'a checkpoint that does not fit its model': [
    (files) => withContents({ ...files, [first(files)]: text('x'.repeat(200)) }),
    /it has no checkpoint that fits its model/,
  ],
  'no checkpoint': [
    (files) =>
      withContents(
        Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('checkpoints'))),
      ),
    /it has no checkpoint that fits its model/,
  ],
  'a classifier of another checksum than its description says': [
    (files) => withContents({ ...files, 'classifier/classifier.onnx': linearClassifier(OTHER) }),
    /classifier\.onnx is not the file that was attached/,
  ],
  'a classifier that is no model': [
    (files) => withClassifier(files, text('not a model')),
    /classifier\/classifier\.onnx is refused: it is not an ONNX model/,
  ],
  'a classifier with an operator of somebody': [
    (files) => withClassifier(files, foreignOperator()),
    /classifier\/classifier\.onnx is refused: it uses the operator 'Run' of 'evil'/,
  ],
  'a description of no classifier': [
    (files) => withContents({ ...files, 'classifier/classifier.json': text('{"format":"x"}') }),
    /classifier\.json does not describe a classifier/,
  ],
  'a classifier without a description': [
    ({ 'classifier/classifier.json': _, ...files }) => withContents(files),
    /has no classifier\/classifier\.json beside it/,
  ],
  'a description without a classifier': [
    ({ 'classifier/classifier.onnx': _, ...files }) => withContents(files),
    /classifier\/classifier\.onnx is missing/,
  ],
  'damaged probabilities of a classifier': [
    (files) => withContents({ ...files, 'classifier/probabilities.npy': text('x'.repeat(200)) }),
    /the probabilities of its classifier are damaged/,
  ],
  'no configuration': [({ 'config.json': _, ...files }) => withContents(files), /it has no config\.json/],
  'a configuration of something else': [
    (files) => withContents({ ...files, 'config.json': text('{"version":1}') }),
    /config\.json/,
  ],
  'a configuration that is nested too deep': [
    (files) => withContents({ ...files, 'config.json': text('['.repeat(100_000)) }),
    /nested more than/,
  ],
  'a bomb': [
    (files) => withContents({ ...files, 'config.json': new Uint8Array(20_000_000) }),
    /config\.json declares 20,000,000 bytes, expected at most 16,000,000/,
  ],
  'no list': [(files) => files, /it has no archive\.json/],
  'a list of another version': [
    (files) => ({ ...files, 'archive.json': text('{"format":"latent-explorer/run-archive/2"}') }),
    /archive\.json: .*run-archive\/1/s,
  ],
  'a list with a path out of the folder': [
    (files) => {
      const contents = JSON.parse(Buffer.from(contentsOf(files)).toString()) as { files: unknown[] };
      contents.files.push(['../evil', 0, '0'.repeat(64)]);
      return { ...files, 'archive.json': text(JSON.stringify(contents)) };
    },
    /'\.\.\/evil' is missing or no file of a run/,
  ],
  'no archive': [() => text('PK but not really'), /no table of contents/],
  'nothing at all': [() => new Uint8Array(0), /no table of contents/],
};

test.each(Object.entries(HOSTILE))(
  '%s is refused by name, and nothing of it stays',
  async (what, [change, message]) => {
    const folder = cli.path('hostile', what.replaceAll(' ', '-'));
    await mkdir(join(folder, 'runs'), { recursive: true });
    const made = change(await partsOf());
    const file = join(folder, 'in.vae.zip');
    await writeFile(file, made instanceof Uint8Array ? made : zipSync(made));
    const { code, stderr } = await importAs(join(folder, 'runs'), file);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('in.vae.zip');
    expect(await readdir(join(folder, 'runs'))).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['in.vae.zip', 'runs']);
    expect(await readdir(dirname(folder))).not.toContain('evil.json');
  },
);

test('a truncated archive is refused at every cut', async () => {
  const whole = await readFile(await packed());
  await mkdir(cli.path('cut/runs'), { recursive: true });
  for (let i = 1; i < 8; i++) {
    await writeFile(cli.path('cut/in.vae.zip'), whole);
    await truncate(cli.path('cut/in.vae.zip'), Math.floor((whole.length * i) / 8));
    const { code, stderr } = await importAs('cut/runs', 'cut/in.vae.zip');
    expect(`${code} ${stderr}`).toMatch(/^2 /);
    expect(await readdir(cli.path('cut/runs'))).toEqual([]);
  }
});

test('files that no run has are named and left out, however large they say they are', async () => {
  const files = await partsOf();
  const more = {
    'notes.txt': text('x'),
    '__MACOSX/._config.json': text('x'),
    'big.bin': new Uint8Array(30_000_000),
  };
  await writeFile(cli.path('more.vae.zip'), zipSync(withContents(files, more)));
  const { code, last } = await importAs('more', 'more.vae.zip');
  expect(code).toBe(0);
  expect(last['notes']).toEqual([
    "Left out are files that no run has: 'notes.txt', '__MACOSX/._config.json', 'big.bin'.",
    CLASSIFIER_NOTE,
  ]);
  expect(await filesOf(cli.path('more/first'))).toEqual(files);
});

test('the name of a folder is taken only where every system can have it', async () => {
  const files = await partsOf();
  for (const [i, name] of ['..', 'a/b', 'con', '.hidden', 'a b', 'trailing.', ''].entries()) {
    const contents = JSON.parse(Buffer.from(contentsOf(files)).toString()) as object;
    const archive = zipSync({ ...files, 'archive.json': text(JSON.stringify({ ...contents, name })) });
    await writeFile(cli.path('named.vae.zip'), archive);
    const { last } = await importAs(`named-${i}`, 'named.vae.zip');
    expect(last['folder']).toBe(cli.path(`named-${i}`, 'imported-run'));
  }
});

test('a run whose name no folder can have everywhere is shown by it, unless it was given another', async () => {
  const { 'about.json': about, ...others } = await partsOf();
  const named = async (
    runs: string,
    files: Record<string, Uint8Array>,
    ...args: string[]
  ): Promise<unknown> => {
    const contents = JSON.parse(Buffer.from(contentsOf(files)).toString()) as object;
    const archive = {
      ...files,
      'archive.json': text(JSON.stringify({ ...contents, name: 'two  words — ü' })),
    };
    await writeFile(cli.path('words.vae.zip'), zipSync(archive));
    const { last } = await importAs(runs, 'words.vae.zip', ...args);
    return (await readAbout(last['folder'] as string)).name;
  };
  expect(await named('words', others)).toBe('two words — ü');
  expect(await named('words', others, '--name', 'mine')).toBe('mine');
  const given = { ...(JSON.parse(Buffer.from(about!).toString()) as object), name: 'given there' };
  expect(await named('words', { ...others, 'about.json': text(JSON.stringify(given)) })).toBe('given there');
});

test('a folder of runs that is a link in .vae is not written through', async () => {
  await mkdir(cli.path('linked/.vae'), { recursive: true });
  await mkdir(cli.path('target'));
  await symlink(cli.path('target'), cli.path('linked/.vae/runs'));
  const { code, stderr } = await importAs('linked/.vae/runs', await packed());
  expect(`${code} ${stderr}`).toMatch(/^2 .*is a link/s);
  expect(await readdir(cli.path('target'))).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'a place where files may not be so large is named, and nothing stays',
  async () => {
    const files = await partsOf();
    const large = { ...files, 'snapshots/1.safetensors': new Uint8Array(3_000_000).fill(7) };
    await writeFile(cli.path('small.vae.zip'), zipSync(withContents(large), { level: 0 }));
    // A limit of the shell on the size of files, in blocks of 512 or 1,024 bytes.
    const child = cli.shell('ulimit -f 1000; $VAE import small.vae.zip --runs small');
    let said = '';
    child.stderr!.on('data', (piece: Buffer) => (said += piece.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(said).toMatch(/small: a file is larger than files may be here \(EFBIG\)\. Nothing was imported\./);
    expect(await readdir(cli.path('small'))).toEqual([]);
  },
);

test('an interrupted import leaves nothing', async () => {
  const files = await partsOf();
  const large = { ...files, 'snapshots/1.safetensors': new Uint8Array(400_000_000).fill(7) };
  await writeFile(cli.path('large.vae.zip'), zipSync(withContents(large), { level: 0 }));
  const child = cli.start(['import', 'large.vae.zip', '--runs', 'stopped', '--json']);
  await new Promise((resolve) => child.stdout!.once('data', resolve));
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(130);
  expect(await readdir(cli.path('stopped'))).toEqual([]);
});
