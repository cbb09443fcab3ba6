/** The texts of `vae script`, and what it refuses; what shells make of them: shell.test.ts. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/command-table';
import { useFolder } from '../../host/support';
import { HOSTILE, script } from './support';

const folder = useFolder();
const vae = (...argv: string[]) => script(folder.path(), ...argv);
const RUN = ['--run', '/shared/runs/faces', '--data', '/shared/photos'];
const KUBERNETES = ['kubernetes', '--image', 'registry/vae:1', '--claim', 'data'];

/** The `#SBATCH` lines. Slurm reads none after the first command. */
function asked(text: string): string[] {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
  expect(lines.slice(end).filter((line) => line.startsWith('#SBATCH'))).toEqual([]);
  return lines.flatMap((line) => (line.startsWith('#SBATCH ') ? [line.slice('#SBATCH '.length)] : []));
}

describe('slurm', () => {
  test('asks for one node, the processors that are used, and a signal before the limit', async () => {
    const { code, stdout, stderr } = await vae(
      ...[
        'slurm',
        ...RUN,
        '--time',
        '2-00:00:00',
        '--memory',
        '16',
        '--partition',
        'long',
        '--account',
        'lab',
      ],
      ...['--engine', 'jax', '--gpus', '1', '--threads', '8', '--module', 'node/22'],
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^#!\/bin\/bash\n/);
    expect(asked(stdout)).toEqual([
      ...[
        '--job-name=vae-faces',
        '--nodes=1',
        '--ntasks=1',
        '--cpus-per-task=8',
        '--mem=16G',
        '--gres=gpu:1',
      ],
      ...['--time=2-00:00:00', '--partition=long', '--account=lab', '--output=vae-faces-%j.log'],
      ...['--open-mode=append', '--signal=B:USR1@120', '--requeue'],
    ]);
    expect(stdout).toContain('\nmodule load node/22\n');
    expect(stdout).toContain('\n  --engine jax\n  --threads 8\n)');
    expect(stdout).toContain('LATENT_EXPLORER_JAX_PYTHON');
  });

  test('asks for four processors, which vae is told, and nothing that was not said', async () => {
    const { stdout } = await vae('slurm', ...RUN);
    expect(asked(stdout)).toEqual([
      ...[
        '--job-name=vae-faces',
        '--nodes=1',
        '--ntasks=1',
        '--cpus-per-task=4',
        '--output=vae-faces-%j.log',
      ],
      ...['--open-mode=append', '--signal=B:USR1@120', '--requeue'],
    ]);
    expect(stdout).toContain('\n  --threads 4\n');
  });

  test('a name of a run that is none for a job is made one', async () => {
    const run = join('/shared', HOSTILE.replaceAll('/', ''));
    expect(asked((await vae('slurm', '--run', run, '--data', 'digits')).stdout)[0]).toMatch(
      /^--job-name=vae-[a-z0-9-]*[a-z0-9]$/,
    );
    expect(asked((await vae('slurm', '--run', '/shared/猫', '--data', 'digits')).stdout)[0]).toBe(
      '--job-name=vae',
    );
    expect((await vae('slurm', ...RUN, '--name', 'a b')).stderr).toContain('up to 63 of a to z');
  });

  test.each([
    ['9', 'at least 10 minutes'],
    ['0:9:59', 'at least 10 minutes'],
    ['9:59', 'at least 10 minutes'],
    ['0-0:9', 'at least 10 minutes'],
    ['1d', 'a time limit of Slurm'],
    ['1:00\n#SBATCH --exclusive', 'a time limit of Slurm'],
  ])('refuses the time limit %j', async (time, expected) => {
    const { code, stdout, stderr } = await vae('slurm', ...RUN, '--time', time);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
  });

  test.each(['10', '10:00', '0:10:00', '0-1', '1-0:30', '1-00:00:00'])(
    'takes the time limit %s',
    async (time) => {
      expect(asked((await vae('slurm', ...RUN, '--time', time)).stdout)).toContain(`--time=${time}`);
    },
  );
});

describe('kubernetes', () => {
  /** The list of words of the command, as Kubernetes reads it. */
  function commandOf(text: string): string[] {
    const list = /\n {10}command:\n {12}(\[\n(?: {14}.*\n)* {12}\])\n/.exec(text)![1]!;
    return (JSON.parse(list) as string[]).map((word) => word.replaceAll('$$', '$'));
  }

  test('is a Job of the parts that were asked for, each line as deep as its parent or by two more', async () => {
    const { code, stdout, stderr } = await vae(
      ...[...KUBERNETES, ...RUN, '--engine', 'jax', '--gpus', '2', '--threads', '6', '--memory', '32'],
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
    let depth = 0;
    for (const line of lines) {
      const indent = /^ */.exec(line)![0].length;
      expect(indent % 2, line).toBe(0);
      expect(indent, line).toBeLessThanOrEqual(depth + 2);
      // Below the hyphen of a list, what belongs to its item is as deep as the text behind the hyphen.
      depth = line.trimStart().startsWith('- ') ? indent + 2 : indent;
    }
    expect(stdout).not.toContain('\t');
    for (const part of [
      '\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: "vae-faces"\nspec:\n',
      '\n      terminationGracePeriodSeconds: 60\n',
      '\n      restartPolicy: Never\n',
      '\n          image: "registry/vae:1"\n',
      '\n            limits:\n              cpu: 6\n              memory: 32Gi\n              nvidia.com/gpu: 2\n',
      '\n            - name: shared\n              mountPath: "/shared"\n',
      '\n        - name: shared\n          persistentVolumeClaim:\n            claimName: "data"\n',
    ])
      expect(stdout).toContain(part);
  });

  test('passes every word as it is, without a shell, variables or YAML changing it', async () => {
    const args = ['--run', `/shared/${HOSTILE}`, '--data', `/in/${HOSTILE}`, '--include', HOSTILE];
    const { stdout } = await vae(...KUBERNETES, ...args, '--vae', '/opt/vae.cjs', '--set', 'latent=3');
    const dollars = /"--run", (".*"),/.exec(stdout)![1]!.match(/\$+/g);
    expect(dollars).toEqual(['$$', '$$']);
    expect(commandOf(stdout)).toEqual([
      ...['node', '/opt/vae.cjs', 'train', '--continue', ...args, '--preset', 'fast', '--seed', '0'],
      ...['--set', 'latent=3', '--engine', 'auto', '--threads', '4'],
    ]);
  });

  test('refuses a run that is lost with the container', async () => {
    for (const run of ['/shared', '/sharedother/run', '/shared/../run']) {
      const { code, stderr } = await vae(...KUBERNETES, '--run', run, '--data', 'digits');
      expect(code).toBe(2);
      expect(stderr).toContain('expected a folder in /shared');
    }
    expect((await vae(...KUBERNETES, '--mount', '/', '--run', '/run', '--data', 'digits')).code).toBe(0);
  });
});

test('what is wrong is said as by vae train, before anything is written', async () => {
  const wrong: [string[], string][] = [
    [['slurm', '--data', 'digits'], '--run: got none, expected the folder of the run'],
    [['slurm', '--run', 'r'], "required option '--data <source>' not specified"],
    [['slurm', ...RUN, '--preset', 'huge'], "argument 'huge' is invalid"],
    [['slurm', ...RUN, '--set', 'latnt=3'], 'latnt'],
    [['slurm', ...RUN, '--set', 'learningRate=1e-3,none'], 'learningRate'],
    [['slurm', ...RUN, '--set', 'latent=0'], 'latent'],
    [['slurm', ...RUN, '--gpus', '1'], 'got --engine auto, expected jax'],
    [['slurm', ...RUN, '--label-column', 'a'], 'got no --labels'],
    [['slurm', '--run', 'r', '--data', 'digits', '--include', 'a'], 'expected a folder or an archive'],
    [['slurm', ...RUN, '--node', '/opt/node'], 'expected the file vae.cjs'],
    [['slurm', ...RUN, '--include', 'a\nb'], "got 'a\\nb', expected no control or invisible characters"],
    [['slurm', '--run', '/a\u202eb', '--data', 'digits'], "got '/a\\u{202e}b'"],
    [['slurm', ...RUN, '--partition', 'a b'], 'a name without spaces'],
    [
      ['ssh', 'host', '--run', 'runs/faces', '--data', 'digits'],
      "--run: got 'runs/faces', expected the absolute path",
    ],
    [['ssh', 'host', '--run', '/r', '--data', 'photos'], "--data: got 'photos'"],
    [['ssh', '-oProxyCommand=x', ...RUN], 'unknown option'],
    [['ssh', 'a b', ...RUN], 'a host or user@host'],
    [['kubernetes', ...RUN, '--claim', 'data'], "required option '--image <image>' not specified"],
    [[...KUBERNETES.slice(0, 3), '--claim', 'a: b', ...RUN], 'the name of a persistent volume claim'],
  ];
  for (const [argv, text] of wrong) {
    const { code, stdout, stderr } = await vae(...argv, '--out', 'script');
    expect([code, stdout], argv.join(' ')).toEqual([2, '']);
    expect(stderr).toContain(text);
  }
  await expect(stat(join(folder.path(), 'script'))).rejects.toThrow('ENOENT');
  expect(await vae()).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('expected a command') as string,
  });
});

test('--out writes a new file that can be run, and never over another', async () => {
  const printed = (await vae('slurm', ...RUN)).stdout;
  const written = await vae('slurm', ...RUN, '--out', 'faces.sh', '--json');
  const file = join(folder.path(), 'faces.sh');
  expect(JSON.parse(written.stdout)).toEqual({ type: 'script', file });
  expect(await readFile(file, 'utf8')).toBe(printed);
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o100).toBe(0o100);
  await writeFile(file, 'mine');
  const again = await vae('slurm', ...RUN, '--out', 'faces.sh');
  expect([again.code, again.stdout]).toEqual([2, '']);
  expect(again.stderr).toContain('this exists already; choose another name');
  expect(await readFile(file, 'utf8')).toBe('mine');
  const { stdout } = await vae('slurm', ...RUN, '--json');
  expect(JSON.parse(stdout)).toEqual({ type: 'script', text: printed.trimEnd() });
});

// A Windows machine sees no folder as Slurm's nodes do, and so has no relative paths.
test.skipIf(process.platform === 'win32')(
  'the commands of docs/cluster-scripts.md are those of the program',
  async () => {
    const text = await readFile(resolve(__dirname, '../../../docs/cluster-scripts.md'), 'utf8');
    const lines = text.replaceAll('\\\n', ' ').split('\n');
    const examples = lines.filter((line) => line.startsWith('vae script '));
    expect(examples).toHaveLength(3);
    for (const line of examples)
      expect(await vae(...line.split(/ +/).slice(2)), line).toMatchObject({ code: 0, stderr: '' });
    const named = [...text.matchAll(/`vae ([a-z-]+)/g)].map((match) => match[1]!);
    expect(named.filter((name) => !Object.hasOwn(COMMANDS, name))).toEqual([]);
  },
);
