/** The scripts of `vae script` in real shells, with stand-ins for vae, ssh and scontrol. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { useFolder } from '../../host/support';
import { ended } from '../support';
import { HOSTILE, script } from './support';

const folder = useFolder();
const at = (...names: string[]): string => join(folder.path(), ...names);

async function standIn(name: string, text: string): Promise<void> {
  await writeFile(at('bin', name), `#!/bin/sh\n${text}\n`);
  await chmod(at('bin', name), 0o755);
}

function start(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  return spawn(file, args, {
    cwd: folder.path(),
    env: { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}`, SLURM_JOB_ID: '42', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits until there is something in a file, and returns it. */
const written = (name: string): Promise<string> =>
  vi.waitFor(
    async () => {
      const text = await readFile(at(name), 'utf8');
      expect(text).toMatch(/\n$/);
      return text;
    },
    { timeout: 60_000, interval: 20 },
  );

beforeEach(() => mkdir(at('bin')));

test.skipIf(process.platform === 'win32')(
  'every name comes to vae as it is, from Slurm and over ssh, and its exit code back',
  async () => {
    await standIn('vae', 'printf "%s\\0" "$@" >> words; echo $$ > pid; echo said by vae; exit 7');
    await standIn('ssh', 'printf "%s\\n" "$1" >> hosts; shift; exec sh -c "$*"');
    await standIn('scontrol', 'echo "$@" >> requeued');
    // What starts vae waits for three seconds: here, until vae has ended.
    await standIn(
      'sleep',
      'until [ -s pid ] && ! kill -0 "$(cat pid)" 2>/dev/null; do PATH=/usr/bin:/bin sleep 0.02; done',
    );
    const run = at('runs', HOSTILE.replaceAll('/', ''));
    const args = [
      ...[
        '--run',
        run,
        '--data',
        `/in/${HOSTILE}`,
        '--include',
        HOSTILE,
        '--include',
        '-x',
        '--exclude',
        `'`,
      ],
      ...['--leave-out', '/in/a b.txt', '--labels', '/in/l.csv', '--label-column', HOSTILE],
      ...['--preset', 'conv', '--seed', '7', '--samples', '1000', '--precision', 'float32'],
      ...['--set', 'latent=3', '--set', 'hidden=20,10', '--engine', 'onnx', '--threads', '2'],
    ];
    for (const [name, words] of [
      ['slurm.sh', ['slurm']],
      ['ssh.sh', ['ssh', 'me@host']],
    ] as const)
      expect((await script(folder.path(), ...words, ...args, '--out', name)).stderr).toBe('');
    const stop = /^# To stop: +(.*)$/m.exec(await readFile(at('ssh.sh'), 'utf8'))![1]!;
    await mkdir(run, { recursive: true });
    const both = `bash -n slurm.sh && bash slurm.sh; echo "slurm $?"; rm pid
      sh -n ssh.sh && ./ssh.sh; echo "ssh $?"; ${stop}`;
    const { stdout, stderr } = await ended(start('bash', ['-c', both], {}));
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      ...[
        'said by vae',
        'slurm 7',
        `vae has ended with 7; the end of ${run}.log:`,
        'said by vae',
        'ssh 7',
        '',
      ],
    ]);
    const words = ['train', '--continue', ...args];
    expect((await readFile(at('words'), 'utf8')).split('\0')).toEqual([...words, ...words, '']);
    expect(await readFile(at('hosts'), 'utf8')).toBe('me@host\nme@host\n');
    await access(join(run, 'stop.request'));
    await expect(access(at('requeued'))).rejects.toThrow('ENOENT');
  },
);

test.skipIf(process.platform === 'win32').each([
  { what: 'the time limit', signal: 'SIGUSR1', toAll: false, code: 130, isQueued: true },
  {
    what: 'the time limit, when training has just ended',
    signal: 'SIGUSR1',
    toAll: false,
    code: 0,
    isQueued: false,
  },
  { what: 'a cancelled job', signal: 'SIGTERM', toAll: true, code: 130, isQueued: false },
] as const)('$what: vae is asked to stop once, and waited for', async ({ signal, toAll, code, isQueued }) => {
  const text = await script(folder.path(), 'slurm', '--run', 'run', '--data', 'digits', '--out', 'slurm.sh');
  expect(text.code).toBe(0);
  await standIn(
    'vae',
    `trap 'echo TERM >> heard; end=$((tick + 10))' TERM
    tick=0; end=1000000; echo $$ > pid
    while [ "$tick" -lt "$end" ]; do tick=$((tick + 1)); sleep 0.03; done
    echo checkpoint >> heard; exit "$CODE"`,
  );
  await standIn('scontrol', 'echo "$@" >> requeued');
  const child = start('bash', ['slurm.sh'], { CODE: String(code) });
  const end = ended(child);
  const vae = Number(await written('pid'));
  if (toAll) {
    // One after the other: two pending signals of one kind would be one.
    process.kill(vae, signal);
    await written('heard');
  }
  process.kill(child.pid!, signal);
  expect(await end).toMatchObject({ code });
  expect(await readFile(at('heard'), 'utf8')).toBe('TERM\ncheckpoint\n');
  const queued = readFile(at('requeued'), 'utf8').catch(() => '');
  expect(await queued).toBe(isQueued ? 'requeue 42\n' : '');
});
