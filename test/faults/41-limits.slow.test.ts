/** Small limits and missing or read-only folders: the command works without what it can do without, and else names the limit. */
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cli, ended, writeImages } from '../cli/support';
import type { Ended } from '../cli/support';
import { SMALL, has, inMountNamespace, mayMount } from './support';
import { Programs } from './support/programs';

let cli: Cli;
let number = 0;
beforeAll(async () => {
  cli = await Cli.build();
  await writeImages(cli.path('pictures'), 30);
});
afterAll(() => cli.dispose());

/** A short training in a new folder. @param data of it; quoted for no shell */
const train = (data = 'digits:300'): string =>
  ['$VAE', 'train', '--data', data, ...SMALL, '--samples', '300', '--run', `run-${++number}`].join(' ');

/** Prints how many images the IDX files of a folder have. */
const COUNT = `
import { imageFolders } from '@/tools/datasets/image-folders';
void imageFolders(process.argv[2]!).then((found) => console.log(found.map(({ images }) => images).join()));`;

/** Packs the images of a folder for a cluster, and prints how many there are. */
const PACK = `
import { pathToFileURL } from 'node:url';
import { packedImages } from '@/cli/cluster/packed-images';
void packedImages({ kind: 'folder', uri: pathToFileURL(process.argv[2]!).href }).then((packed) => console.log(packed!.files));`;

/** Runs a script in a shell. `@` in it stands for the training. */
const shell = (script: string, data?: string): Promise<Ended> =>
  ended(cli.shell(script.replace('@', train(data))));

const finished = (result: Ended): void => {
  expect(result.stderr).not.toMatch(/^vae:/m);
  expect(result.stdout).toContain('finished');
  expect(result.code).toBe(0);
};

/** Limits are of Linux; `exec` so that the shell itself needs no process. */
describe.skipIf(!has('prlimit'))('limits', () => {
  test('32 file descriptors are enough to train', async () => {
    finished(await shell(`ulimit -n 32; exec @`));
    finished(await shell(`ulimit -n 32; exec @`, 'pictures'));
  });

  test('thousands of IDX files are counted, and thousands of images packed, with 64 file descriptors', async () => {
    const programs = await Programs.build({ count: COUNT, pack: PACK });
    const folder = cli.path('thousands');
    await mkdir(folder);
    const header = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2]);
    for (let i = 0; i < 2000; i++) await writeFile(`${folder}/${i}-images-idx3-ubyte`, header);
    const script = `ulimit -n 64; exec ${process.execPath} ${programs.folder}/count.cjs ${folder}`;
    expect((await ended(cli.shell(script))).stdout).toBe('4000\n');
    await writeImages(cli.path('many'), 1000);
    const { stdout, stderr } = await ended(
      cli.shell(`ulimit -n 64; exec ${process.execPath} ${programs.folder}/pack.cjs ${cli.path('many')}`),
    );
    expect({ stdout, stderr }).toEqual({ stdout: '1000\n', stderr: '' });
    await programs.dispose();
  });

  test('too few descriptors are named', async () => {
    // As many as Node itself needs, and a few more: some of these counts let the command begin and not end.
    const said: string[] = [];
    for (const count of [20, 22]) {
      const { code, stderr } = await shell(`ulimit -n ${count}; exec @`);
      if (code === 0) continue;
      // What Node says before our first line is not ours.
      if (stderr.includes('vae: ')) said.push(stderr);
    }
    for (const each of said) expect(each).toContain('ulimit -n');
    expect(said.length).toBeGreaterThan(0);
  });

  test('2 GB of address space are enough for what does not read pictures', async () => {
    const limit = 'prlimit --as=2000000000';
    expect(await shell(`exec ${limit} $VAE --version`)).toMatchObject({ code: 0, stderr: '' });
    finished(await shell(`exec ${limit} @`));
    expect(await shell(`exec ${limit} $VAE runs .`)).toMatchObject({ code: 0, stderr: '' });
  });

  test('too little address space for the decoders is named, and the way out works', async () => {
    const limit = 'exec prlimit --as=4000000000';
    const { code, stderr } = await shell(`${limit} @`, 'pictures');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^vae: .*address space.*ulimit -v unlimited.*--disable-wasm-trap-handler/m);
    finished(await shell(`NODE_OPTIONS=--disable-wasm-trap-handler ${limit} @`, 'pictures'));
  });
});

describe.skipIf(process.platform === 'win32')('folders', () => {
  test.each([
    'TMPDIR=/missing XDG_RUNTIME_DIR=/missing XDG_CACHE_HOME=/etc/passwd',
    ...(process.platform === 'linux' ? ['XDG_CACHE_HOME=/proc/cache'] : []),
    'XDG_CACHE_HOME=relative XDG_STATE_HOME=relative HOME=$PWD',
  ])('%s: training does without', async (variable) => {
    finished(await shell(`${variable} @`));
  });

  test('without HOME', async () => {
    finished(await shell('unset HOME; @'));
    await rm(cli.path('relative'), { recursive: true, force: true });
  });

  test.each([
    'XDG_STATE_HOME=/etc/passwd',
    ...(process.platform === 'linux' ? ['XDG_STATE_HOME=/proc'] : []),
  ])('%s: training goes on, and says that nobody can reach it', async (variable) => {
    const result = await shell(`${variable} @`);
    finished(result);
    expect(result.stderr).toMatch(/cannot be created \(E[A-Z]+\)\. Set XDG_STATE_HOME to a folder/);
    expect(result.stderr).toContain('cannot reach it');
    expect(await readFile(cli.path(`run-${number}`, 'log.txt'), 'utf8')).toContain('Set XDG_STATE_HOME');
  });

  test('a state folder that others can write is refused with its mode, and training goes on', async () => {
    await mkdir(cli.path('open/latent-explorer'), { recursive: true });
    await chmod(cli.path('open/latent-explorer'), 0o777);
    const result = await shell('XDG_STATE_HOME=$PWD/open @');
    finished(result);
    expect(result.stderr).toContain('open/latent-explorer has mode 0777');
  });

  test.skipIf(!mayMount)('a home that is read-only', async () => {
    const script = `unset XDG_STATE_HOME XDG_CACHE_HOME; mount -t tmpfs -o ro,size=64k none ${cli.path('pictures')}; HOME=${cli.path('pictures')} ${train()}`;
    const result = await inMountNamespace(cli, script);
    finished(result);
    expect(result.stderr).toMatch(/XDG_STATE_HOME/);
  });
});
