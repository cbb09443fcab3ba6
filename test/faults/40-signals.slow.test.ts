/** Signals that were ignored at the start, Ctrl-C once and twice, the end of a terminal, and Ctrl-Z. */
import { readFile, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun } from '../../src/runs/store';
import { Cli, ended } from '../cli/support';
import { openTerminal } from '../cli/terminal';
import { goesOn, has, isAlive, processOf, SMALL, until } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

const endless = (run: string): string =>
  `$VAE train --data digits:300 --samples 1e8 ${SMALL.join(' ')} --run ${run}`;

/** Ends the run as it should end, and sees that it does. */
async function stops(run: string, signal: NodeJS.Signals): Promise<void> {
  const pid = await processOf(cli.path(run));
  process.kill(pid, signal);
  await until(() => Promise.resolve(!isAlive(pid)));
  const { outcome, checkpoints } = await readRun(cli.path(run));
  expect({ outcome, checkpoints: checkpoints.length > 0 }).toEqual({ outcome: 'stopped', checkpoints: true });
  expect(await readdir(cli.path(run))).not.toContain('run.lock');
}

describe.skipIf(process.platform === 'win32')('ignored at the start', () => {
  const STARTS: [string, string, string, NodeJS.Signals[]][] = [
    ['bash, nohup', 'bash', 'nohup COMMAND > RUN.log 2>&1 & echo', ['SIGHUP']],
    ['sh, nohup', 'sh', 'nohup COMMAND > RUN.log 2>&1 & echo', ['SIGHUP']],
    ['nohup, read by another program', 'bash', 'nohup COMMAND 2>&1 | cat > RUN.log', ['SIGHUP']],
    ['a shell that ignores it', 'sh', 'trap "" HUP; COMMAND 2>&1 | cat > RUN.log', ['SIGHUP']],
    ['a job in the background', 'sh', 'COMMAND > RUN.log 2>&1 & wait', ['SIGINT', 'SIGQUIT']],
    ['a job whose shell is gone', 'sh', 'COMMAND > RUN.log 2>&1 & echo', ['SIGINT', 'SIGQUIT', 'SIGHUP']],
  ];
  test.skipIf(!has('nohup') || !has('bash')).each(STARTS)('%s', async (_name, shell, script, signals) => {
    const run = `ignored${STARTS.findIndex(([name]) => name === _name)}`;
    const shellProcess = cli.shell(script.replaceAll('COMMAND', endless(run)).replaceAll('RUN', run), shell);
    await goesOn(cli.path(run));
    const pid = await processOf(cli.path(run));
    for (const signal of signals) {
      process.kill(pid, signal);
      process.kill(pid, signal);
    }
    await goesOn(cli.path(run));
    expect(isAlive(pid)).toBe(true);
    await stops(run, 'SIGTERM');
    shellProcess.kill();
  });
});

describe.skipIf(process.platform === 'win32')('not ignored', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops at a checkpoint', async (signal) => {
    const args = endless(signal).split(' ').slice(1);
    const result = ended(cli.start(args));
    await goesOn(cli.path(signal));
    await stops(signal, signal);
    const { code, stdout } = await result;
    expect(code).toBe(130);
    expect(stdout).toContain(`\`vae resume ${cli.path(signal)}\` continues it`);
  });
});

describe.skipIf(!has('script') || !has('bash'))('in a terminal', () => {
  const terminal = (run: string, script: string) => openTerminal(cli, run, script);

  test('Ctrl-C stops at a checkpoint', async () => {
    const { type, says, code, text } = await terminal('once', `trap : INT\n${endless('once')}`);
    await goesOn(cli.path('once'));
    type('\u0003');
    await says('stopping at a checkpoint');
    expect(await code()).toBe('code 130\n');
    expect(text()).toContain(`\`vae resume ${cli.path('once')}\` continues it`);
    expect(text()).not.toContain('ended at once');
    expect((await readRun(cli.path('once'))).outcome).toBe('stopped');
  });

  test('Ctrl-C twice ends at once, says where the run is and how to resume, and leaves no lock', async () => {
    // So large that its checkpoint takes a while.
    const large = endless('twice').replace('hidden=16', 'hidden=1500,1500');
    const { child, type, says, code, text } = await terminal('twice', `trap : INT\n${large}`);
    await says('engine ');
    let typed = 0;
    child.stdout!.on('data', () => {
      if (text().includes('Ctrl-C again ends at once') && typed++ < 2) type('\u0003');
    });
    type('\u0003');
    await says('ended at once');
    expect(await code()).toBe('code 130\n');
    expect(text()).toContain(`\`vae resume ${cli.path('twice')}\` continues from`);
    expect(text()).toContain(`run          ${cli.path('twice')}`);
    expect(await readdir(cli.path('twice'))).not.toContain('run.lock');
    expect((await readRun(cli.path('twice'))).outcome).toBe('interrupted');
  });

  test('the end of the terminal stops at a checkpoint', async () => {
    const { child } = await terminal('hangup', endless('hangup'));
    await goesOn(cli.path('hangup'));
    const pid = await processOf(cli.path('hangup'));
    child.kill('SIGKILL');
    await until(() => Promise.resolve(!isAlive(pid)));
    expect((await readRun(cli.path('hangup'))).outcome).toBe('stopped');
    expect(await readdir(cli.path('hangup'))).not.toContain('run.lock');
  });

  test('Ctrl-Z holds it, and fg goes on', async () => {
    const run = cli.path('held');
    const script = `set -m\n${endless('held')}\necho held by $?\nread line\nfg`;
    const { type, says, code } = await terminal('held', script);
    await goesOn(run);
    const pid = await processOf(run);
    type('\u001a');
    await says('held by 148');
    expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) T /);
    type('\n');
    await goesOn(run);
    type('\u0003');
    await until(() => Promise.resolve(!isAlive(pid)));
    expect((await readRun(run)).outcome).toBe('stopped');
    expect(await code()).toBe('code 130\n');
  });
});
