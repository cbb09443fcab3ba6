import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { runCli } from '../../src/cli/cli';
import { Cli, objects, writeImages } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

/** Runs a command line in this process: quicker than a process each, where nothing is trained. */
async function here(...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await runCli(argv, {
    cwd: cli.cwd,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

describe('help and usage', () => {
  test('--version says the version of the package', async () => {
    expect(await cli.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('--help lists every command; each command has its own help', async () => {
    const { code, stdout } = await cli.run(['--help']);
    expect(code).toBe(0);
    const names = [
      'train',
      'resume',
      'evaluate',
      'encode',
      'interpolate',
      'manifold',
      'runs',
      'compare',
      'stop',
      'start',
    ];
    for (const name of names) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
      const help = await here(name, '--help');
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain(`Usage: vae ${name}`);
    }
  });

  const wrong: [string, string[], string][] = [
    ['no command', [], 'expected a command'],
    ['an unknown command', ['trian'], "unknown command 'trian'"],
    ['an unknown option', ['train', '--data', 'digits', '--sampels', '10'], "unknown option '--sampels'"],
    ['a missing option', ['train'], "'--data <source>' not specified"],
    ['a missing argument', ['evaluate'], "missing required argument 'RUN'"],
    ['one argument too many', ['stop', 'a', 'b'], 'too many arguments'],
    ['an unknown preset', ['train', '--data', 'digits', '--preset', 'big'], 'Allowed choices are aevb, fast'],
    [
      'an unknown engine',
      ['train', '--data', 'digits', '--engine', 'cuda'],
      'Allowed choices are auto, tensorflow, onnx',
    ],
    [
      'samples that are no number',
      ['train', '--data', 'digits', '--samples', 'abc'],
      'Expected a whole number',
    ],
    [
      'no samples at all',
      ['train', '--data', 'digits', '--samples', '0'],
      'Expected a whole number of at least 1',
    ],
    [
      'a folder that is empty text',
      ['export', 'latest', '--out', ''],
      '--out: got an empty text, expected a folder',
    ],
    [
      'a file that is empty text',
      ['encode', 'r', 'a.png', '--out='],
      '--out: got an empty text, expected a file',
    ],
    ['a name that is too long', ['train', '--data', 'x'.repeat(300)], 'longer than the file system allows'],
    [
      'a folder whose name is too long',
      ['train', '--data', 'digits:20', '--run', 'x'.repeat(300)],
      'longer than the file system allows',
    ],
    ['one of several', ['mcp', '--images', '.', '--images', ''], '--images: got an empty text'],
    ['a --set without a value', ['train', '--data', 'digits', '--set', 'model.latent'], 'Expected key=value'],
    ['a --set of an unknown key', ['train', '--data', 'digits', '--set', 'model.latnet=3'], 'model.latnet'],
    [
      'an unknown split',
      ['evaluate', 'latest', '--split', 'tset'],
      'Allowed choices are train, validation, test',
    ],
    [
      'a table format that is none',
      ['encode', 'latest', 'a.png', '--out', 'a.xlsx'],
      "got '.xlsx', expected",
    ],
    [
      'a folder for output that is not there',
      ['manifold', 'latest', '--out', 'no/such.png'],
      'there is no folder',
    ],
  ];
  test.each(wrong)('%s: exit code 2', async (_name, args, message) => {
    const { code, stdout, stderr } = await here(...args);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^vae: /m);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('with --json the error is one object on stderr', async () => {
    const { code, stderr } = await cli.run(['train', '--data', 'digits', '--preset', 'big', '--json']);
    expect(code).toBe(2);
    const [object, ...rest] = objects(stderr);
    expect(rest).toEqual([]);
    expect(object).toEqual({
      error: { code: 'usage', message: expect.stringContaining('aevb, fast') as string },
    });
  });
});

describe('data that cannot be used', () => {
  /** Trains on `source`, which must fail as bad input without leaving a run behind. */
  async function refused(source: string): Promise<string> {
    const { code, stderr } = await cli.run(['train', '--data', source]);
    expect({ code, stderr }).toMatchObject({ code: 2 });
    const { stdout } = await cli.run(['runs', '--json']);
    expect(objects(stdout)).toEqual([]);
    return stderr;
  }

  test('a missing folder', async () => {
    expect(await refused('nowhere')).toContain(cli.path('nowhere'));
  });

  test('an empty folder', async () => {
    await mkdir(cli.path('empty'));
    expect(await refused('empty')).toMatch(/empty.*(PNG|JPEG)/s);
  });

  test('a text file named .png, alone', async () => {
    await mkdir(cli.path('text'));
    await writeFile(cli.path('text/a.png'), 'this is no picture\n');
    expect(await refused('text')).toMatch(/a\.png.*not a PNG, JPEG/s);
  });

  test('a --set of a wrong value', async () => {
    await writeImages(cli.path('good'), 12);
    const { code, stderr } = await cli.run(['train', '--data', 'good', '--set', 'model.latent=many']);
    expect(stderr).toMatch(/model\.latent: got .*expected/s);
    expect(code).toBe(2);
  });

  test('one image', async () => {
    await writeImages(cli.path('single'), 1);
    expect(await refused('single')).toMatch(/\b1 image/);
  });

  test('a truncated IDX file', async () => {
    const header = Buffer.alloc(16);
    [0x803, 100, 8, 8].forEach((value, i) => header.writeUInt32BE(value, i * 4));
    await writeFile(cli.path('cut-images-idx3-ubyte'), Buffer.concat([header, Buffer.alloc(50)]));
    expect(await refused('cut-images-idx3-ubyte')).toMatch(/cut-images-idx3-ubyte/);
  });

  test.skipIf(process.platform === 'win32')('a folder without permission', async () => {
    await writeImages(cli.path('closed'), 3);
    await chmod(cli.path('closed'), 0);
    // Root may read everything: as root, the command runs as nobody, who must be able to reach its working folder.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chmod(cli.cwd, 0o777);
    const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};
    const { code, stderr } = await cli.run(['train', '--data', 'closed'], nobody);
    expect(stderr).toMatch(/closed.*permission/s);
    expect(code).toBe(2);
    await chmod(cli.path('closed'), 0o700);
  });
});

describe('runs that are none', () => {
  test.each([
    ['evaluate', ['evaluate', 'folder']],
    ['encode', ['encode', 'folder', 'a.png']],
    ['interpolate', ['interpolate', 'folder', 'a.png', 'b.png']],
    ['manifold', ['manifold', 'folder']],
    ['resume', ['resume', 'folder']],
  ])('%s of a folder without a run', async (_name, args) => {
    await mkdir(cli.path('folder'), { recursive: true });
    const { code, stderr } = await here(...args);
    expect(stderr).toMatch(/folder is not a run folder/);
    expect(code).toBe(2);
  });

  test('a run that is not there, and `latest` of none', async () => {
    const [missing, latest, stopped] = await Promise.all([
      here('evaluate', 'missing'),
      here('evaluate', 'latest'),
      here('stop', 'missing'),
    ]);
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no such run') as string,
    });
    expect(latest).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no run in') as string,
    });
    expect(stopped).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no such run') as string,
    });
  });

  test('a run folder that is not empty', async () => {
    await writeImages(cli.path('taken'), 1);
    const { code, stderr } = await here('train', '--data', 'digits', '--run', 'taken');
    expect(stderr).toContain('is not empty');
    expect(code).toBe(2);
  });

  test('one run to compare, and a folder that is none', async () => {
    await writeImages(cli.path('no-run'), 1);
    const { code, stderr } = await here('compare', 'no-run', 'no-run');
    expect(stderr).toContain('got one run to compare, expected two or more');
    expect(code).toBe(2);
    const other = await here('compare', 'no-run', '.');
    expect(other.stderr).toContain('is not a run folder');
    expect(other.code).toBe(2);
  });

  test('runs of a folder that is not there', async () => {
    const { code, stderr } = await here('runs', 'nowhere');
    expect(stderr).toContain('there is no such folder');
    expect(code).toBe(2);
  });
});
