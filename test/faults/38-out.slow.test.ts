/** Files that a person names with --out, on a full disk: the older one stays, and the message says how much is needed. */
import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cli, ended, writeImages } from '../cli/support';
import { inMountNamespace, mayMount, SMALL } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
  await writeImages(cli.path('images'), 3, 28);
  await mkdir(cli.path('disk'));
  const { code } = await cli.run([
    'train',
    '--data',
    'digits:300',
    '--samples',
    '1000',
    '--run',
    'run',
    ...SMALL,
  ]);
  expect(code).toBe(0);
});
afterAll(() => cli.dispose());

const COMMANDS: [string, string][] = [
  ['encode run images/0.png images/1.png --out disk/a.csv', 'a.csv'],
  ['encode run images/0.png images/1.png --out disk/a.npy', 'a.npy'],
  ['encode run images/0.png images/1.png --out disk/a.json', 'a.json'],
  ['evaluate run --per-image disk/a.csv', 'a.csv'],
  ['interpolate run images/0.png images/1.png --out disk/a.png', 'a.png'],
  ['interpolate run images/0.png images/1.png --out disk/a.json', 'a.json'],
  ['manifold run --side 4 --out disk/a.png', 'a.png'],
  ['export run --overwrite --out disk', 'encoder.onnx'],
  ['export run --overwrite --format pytorch --out disk', 'model.py'],
  ['export run --overwrite --format html --images none --out disk', 'explorer.html'],
  ['export run --overwrite --format run --out disk', 'run.vae.zip'],
  ['export run --overwrite --format latents --engine onnx --out disk', 'latents.parquet'],
  ['export run --overwrite --format latents --table csv --engine onnx --out disk', 'latents.csv'],
  ['export run --overwrite --format latents --table npz --engine onnx --out disk', 'latents.npz'],
];

test.skipIf(!mayMount).each(COMMANDS)('full disk: vae %s', async (command, file) => {
  const engine = command.startsWith('export') ? '' : '--engine onnx';
  const script = `
    mount -t tmpfs -o size=64k none disk && echo older > disk/${file}
    cat /dev/zero > disk/filler 2> /dev/null
    $VAE ${command} ${engine}; echo "code $?"
    echo "content $(cat disk/${file})"; ls -A disk`;
  const { stdout, stderr } = await inMountNamespace(cli, script);
  expect(stdout).toContain('code 1\ncontent older\n');
  expect(stdout.trimEnd().split('\n').slice(-2).sort()).toEqual([file, 'filler'].sort());
  expect(stderr).toMatch(
    /^vae: \S+ was not written \(ENOSPC\): (more than )?[\d,]+ bytes are needed, 0 are free in \S+disk; make room/,
  );
  expect(stderr).toContain(`disk/${file} was not written`);
});

test.skipIf(!mayMount).each([
  ['tensorboard', ['tensorboard', 'tensorboard/vectors.tsv']],
  ['tfjs', ['tfjs', 'tfjs/decoder', 'tfjs/decoder/model.json']],
  ['model-card', ['model-card', 'model-card/samples.png']],
] as const)('full disk: of an export as %s nothing stays, not even a folder', async (format, there) => {
  const file = there.at(-1)!;
  const script = `
    mount -t tmpfs -o size=64k none disk && mkdir -p disk/${there.at(-2)} && echo older > disk/${file}
    cat /dev/zero > disk/filler 2> /dev/null
    $VAE export run --overwrite --format ${format} --engine onnx --out disk; echo "code $?"
    cd disk; echo "content $(cat ${file})"; find . | sort`;
  const { stdout, stderr } = await inMountNamespace(cli, script);
  const found = ['.', './filler', ...there.map((path) => `./${path}`)].join('\n');
  expect(stdout.trimEnd().endsWith(`code 1\ncontent older\n${found}`), stdout).toBe(true);
  expect(stderr).toMatch(/disk.*bytes are needed/);
});

test.skipIf(process.platform === 'win32')(
  'an older file keeps its rights, and a link its target',
  async () => {
    await mkdir(cli.path('out'));
    await writeFile(cli.path('out/secret.csv'), 'older', { mode: 0o600 });
    await symlink('secret.csv', cli.path('out/link.csv'));
    const args = ['encode', 'run', 'images/0.png', '--engine', 'onnx', '--out', 'out/link.csv'];
    expect((await cli.run(args)).code).toBe(0);
    expect(await readFile(cli.path('out/secret.csv'), 'utf8')).toMatch(/^id,elbo/);
    expect((await stat(cli.path('out/secret.csv'))).mode & 0o777).toBe(0o600);
    expect((await readdir(cli.path('out'))).sort()).toEqual(['link.csv', 'secret.csv']);
  },
);

test.skipIf(process.platform === 'win32')('a named pipe is written to, not replaced', async () => {
  const script =
    'mkfifo out.csv; cat out.csv & $VAE encode run images/0.png --engine onnx --out out.csv > said.txt; wait';
  const { stdout } = await ended(cli.shell(script));
  expect(stdout).toMatch(/^id,elbo/);
});
