/** `vae watch` as it is used: printed once, by lines, and on the screen of a terminal, which is as before afterwards. */
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeConfig } from '../../src/runs/store';
import { has, isAlive, SMALL, until } from '../faults/support';
import { config } from '../host/support';
import { Cli, ended, objects } from './support';
import { openTerminal } from './terminal';
import { shownBy, straight, validationRow } from './watch/support';
import { eventually } from '../support/eventually';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
  await writeRuns('.');
});
afterAll(() => cli.dispose());

const [OPEN, CLOSE] = ['\u001b[?1049h\u001b[?25l\u001b[?7l', '\u001b[?7h\u001b[?25h\u001b[?1049l'];
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Two runs in `.vae/runs` of a folder: `2-second` has validations. */
async function writeRuns(folder: string): Promise<void> {
  for (const [name, rows] of [
    ['1-first', straight(50, -200, -100)],
    ['2-second', [...straight(50, -190, -95), validationRow(4900, -96.5)]],
  ] as const) {
    const run = cli.path(folder, '.vae/runs', name);
    await mkdir(run, { recursive: true });
    await writeConfig(run, config({ name }));
    await writeFile(`${run}/metrics.jsonl`, lines(rows));
  }
}

describe('once', () => {
  test('the table and the curve of the newest run, without sequences for a terminal', async () => {
    const { code, stdout, stderr } = await cli.run(['watch', '--once', '--ascii']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [header, second, first, , about] = stdout.split('\n');
    expect(header).toMatch(/^ +BOUND +STATE +SAMPLES? .*RUN +DATASET$|^ +BOUND +STATE +DONE .*DATASET$/);
    expect(second).toMatch(/^ o +-96\.50 +interrupted .*4,900 .*2-second +digits$/);
    expect(first).toMatch(/^ +training -100\.00 +interrupted .*4,900 .*1-first +digits$/);
    expect(about).toContain('2-second   preset fast, 20 latent dimensions');
    expect(stdout).toMatch(/\|.*\.\.+o$/m);
    expect(stdout).toContain('4,900 samples');
    expect(stdout).not.toContain('\u001b');
  });

  test('named runs and their curves together; programs get an object each', async () => {
    const { stdout } = await cli.run(['watch', '1-first', '2-second', '--once', '--ascii']);
    expect(stdout).toContain('validation as a, b');
    const { stdout: json } = await cli.run(['watch', '--once', '--json']);
    expect(objects(json)).toMatchObject([
      { type: 'run', name: '2-second', state: 'interrupted', bound: { elbo: -96.5, of: 'validation' } },
      { type: 'run', name: '1-first', samples: 4900, bound: { elbo: -100, of: 'training' } },
    ]);
  });

  test('what does not exist is bad input', async () => {
    const { code, stderr } = await cli.run(['watch', 'nowhere', '--once']);
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere: there is no such run');
  });
});

describe('by lines', () => {
  test('a training appears, trains, and stops; a signal ends the watch', async () => {
    await mkdir(cli.path('live/.vae/runs'), { recursive: true });
    const watch = cli.start(['watch', 'live', '--json']);
    const result = ended(watch);
    let said = '';
    watch.stdout!.on('data', (text: string) => (said += text));
    const seen = (): Record<string, unknown>[] => objects(said.slice(0, said.lastIndexOf('\n') + 1));
    const run = cli.path('live/.vae/runs/run');
    const train = ['train', '--data', 'digits:300', ...SMALL, '--samples', '1e8', '--set', 'patience=0'];
    const training = cli.start([...train, '--run', run]);
    await until(() =>
      Promise.resolve(
        seen().some(
          ({ state, samplesPerSecond, bound }) =>
            state === 'training' && Number(samplesPerSecond) > 0 && bound,
        ),
      ),
    );
    training.kill('SIGTERM');
    await until(() => Promise.resolve(seen().at(-1)?.['state'] === 'stopped'));
    await rename(run, cli.path('live/away'));
    await until(() => Promise.resolve(seen().at(-1)?.['type'] === 'vanished'));
    watch.kill('SIGTERM');
    expect(await result).toMatchObject({ code: 130, stderr: '' });
    const states = seen().map(({ state }) => state);
    expect(states.indexOf('training')).toBeLessThan(states.lastIndexOf('stopped'));
  });

  test.skipIf(process.platform === 'win32')('a reader that closes the pipe ends it silently', async () => {
    await writeRuns('piped');
    const result = ended(cli.shell('{ $VAE watch piped; echo "code $?" >&2; } | head -n 1'));
    const metrics = cli.path('piped/.vae/runs/2-second/metrics.jsonl');
    let bound = -90;
    const timer = setInterval(() => void appendFile(metrics, lines([validationRow(5000, bound++)])), 500);
    const { stdout, stderr } = await result;
    clearInterval(timer);
    expect(stdout).toMatch(/^1-first {2}interrupted {2}bound training -100\.00 {2}4,900 samples\n$/);
    expect(stderr).toBe('code 0\n');
  });
});

describe.skipIf(!has('script') || !has('bash'))('on a terminal', () => {
  /** A watch in a terminal of 80 by 24, whose settings before and after it go into files; its pid goes into `NAME.pid`. */
  async function watchIn(name: string, { before = '', args = '' } = {}) {
    const watch = `sh -c 'echo $$ > ${name}.pid; exec $VAE watch ${args}'`;
    const script = [
      'stty rows 24 cols 80; export TERM=xterm LC_ALL=C.UTF-8; unset CI NO_COLOR',
      `tty > ${name}.tty; stty -g > ${name}.before`,
      before,
      watch,
      `code=$?; stty -g > ${name}.after; echo "the end"; (exit $code)`,
    ].join('\n');
    const terminal = await openTerminal(cli, name, script);
    const shown = (rows = 24, columns = 80): string[] =>
      shownBy(terminal.text().slice(terminal.text().lastIndexOf(OPEN)), rows, columns);
    const shows = (what: RegExp, rows = 24, columns = 80): Promise<unknown> =>
      until(() => Promise.resolve(shown(rows, columns).some((line) => what.test(line))));
    const read = (ending: string): Promise<string> =>
      until(() => readFile(cli.path(`${name}.${ending}`), 'utf8').catch(() => ''));
    /** Expects that the terminal is as before. */
    const isRestored = async (): Promise<void> => {
      expect(await read('after')).toBe(await read('before'));
      // What the terminal shows may arrive later than the file.
      await eventually(() => terminal.text()).toMatch(/the end/);
      const text = terminal.text();
      expect(text.lastIndexOf(CLOSE)).toBeGreaterThan(text.lastIndexOf(OPEN));
      expect(text.split(OPEN).length).toBe(text.split(CLOSE).length);
    };
    await shows(/2-second/);
    return { ...terminal, shown, shows, read, isRestored };
  }

  test('keys choose, sort and quit', async () => {
    const { type, shown, shows, code, isRestored, text } = await watchIn('keys');
    await shows(/^>o +-96\.50 .*2-second/);
    await shows(/[\u2801-\u28ff]{3}/);
    expect(shown()[0]).toMatch(/^2 runs, 0 training {3}by date {3}\//);
    type('\u001b[B');
    await shows(/^>o +training -100\.00 .*1-first/);
    type(' \u001b[A');
    await shows(/^ a .*1-first/);
    await shows(/^>b .*2-second/);
    type('s');
    await shows(/ by bound /);
    type('q');
    expect(await code()).toBe('code 0\n');
    await isRestored();
    expect(text().slice(text().lastIndexOf(CLOSE) + CLOSE.length)).toBe('the end\r\n');
  });

  test('what changes is drawn: a validation, a run that vanishes, one that appears', async () => {
    await writeRuns('changing');
    const { type, shows, code } = await watchIn('changes', { args: 'changing' });
    await shows(/^>o +-96\.50 .*2-second/);
    const runs = cli.path('changing/.vae/runs');
    await appendFile(`${runs}/2-second/metrics.jsonl`, lines([validationRow(5100, -93.25)]));
    await shows(/^>o +-93\.25 .*5,100 .*2-second/);
    await rename(`${runs}/2-second`, `${runs}/3-third`);
    await shows(/2-second has vanished/);
    await shows(/3-third/);
    await writeFile(`${runs}/1-first/config.json`, '{');
    await shows(/damaged .*1-first/);
    type('q');
    await code();
  });

  test('a terminal that changes its size is drawn anew', async () => {
    const { type, shown, shows, code, read, text } = await watchIn('size');
    const before = text().length;
    execFileSync('stty', ['-F', (await read('tty')).trim(), 'rows', '12', 'cols', '50']);
    // What the terminal has made of the lines that were there is wiped away.
    await until(() => Promise.resolve(text().slice(before).includes('\u001b[2J')));
    await until(() => Promise.resolve(shown(12, 50)[11]?.startsWith('arrows choose')));
    const header = shown(12, 50).find((line) => line.includes('BOUND'))!;
    expect(header).not.toContain('DATASET');
    await shows(/2-second/, 12, 50);
    type('q');
    await code();
  });

  test.each([
    ['Ctrl-C', '\u0003', 'code 130\n'],
    ['SIGTERM', 'SIGTERM', 'code 130\n'],
    ['SIGHUP', 'SIGHUP', 'code 130\n'],
    ['SIGINT', 'SIGINT', 'code 130\n'],
  ])('%s ends it and restores the terminal', async (name, how, expected) => {
    const { type, code, read, isRestored } = await watchIn(name);
    const pid = Number(await read('pid'));
    if (how.startsWith('SIG')) process.kill(pid, how);
    else type(how);
    expect(await code()).toBe(expected);
    expect(isAlive(pid)).toBe(false);
    await isRestored();
  });

  test('a crash restores the terminal before its message', async () => {
    await writeFile(
      cli.path('crash.cjs'),
      `if (process.argv.includes('watch')) setInterval(() => { if (require('node:fs').existsSync('crash-now')) throw new Error('a crash'); }, 50);`,
    );
    const { code, isRestored, text } = await watchIn('crash', {
      before: `export NODE_OPTIONS="--require=${cli.path('crash.cjs')}"`,
    });
    await writeFile(cli.path('crash-now'), '');
    expect(await code()).toBe('code 1\n');
    await isRestored();
    expect(text().slice(text().lastIndexOf(CLOSE))).toContain('vae: a crash\r\nthe end');
  });

  test.each(['Ctrl-Z', 'SIGTSTP'])('%s gives the terminal back, and fg takes it again', async (how) => {
    const name = `held-${how}`;
    const script = [
      'stty rows 24 cols 80; export TERM=xterm LC_ALL=C.UTF-8; unset CI NO_COLOR; set -m',
      `stty -g > ${name}.before`,
      `sh -c 'echo $$ > ${name}.pid; exec $VAE watch'`,
      `echo held by $?; stty -g > ${name}.held; read line; fg`,
    ].join('\n');
    const { type, says, code, text } = await openTerminal(cli, name, script);
    const read = (ending: string): Promise<string> =>
      until(() => readFile(cli.path(`${name}.${ending}`), 'utf8').catch(() => ''));
    await says('2-second');
    expect(text().split(CLOSE)).toHaveLength(1);
    const pid = Number(await read('pid'));
    if (how === 'Ctrl-Z') type('\u001a');
    else process.kill(pid, 'SIGTSTP');
    await says('held by 148');
    expect(await read('held')).toBe(await read('before'));
    expect(text().split(CLOSE)).toHaveLength(2);
    type('\n');
    await until(() => Promise.resolve(text().slice(text().lastIndexOf(OPEN)).includes('2-second')));
    type('q');
    expect(await code()).toBe('code 0\n');
    expect(text().split(CLOSE).length).toBe(text().split(OPEN).length);
  });

  test.each(['TERM=dumb', 'CI=true'])('%s: lines, without sequences', async (variable) => {
    const name = variable.replace('=', '-');
    const { type, says, code, text } = await openTerminal(
      cli,
      name,
      `trap : INT; unset CI; export TERM=xterm ${variable}; $VAE watch`,
    );
    await says('2-second  interrupted');
    type('\u0003');
    expect(await code()).toBe('code 130\n');
    expect(text()).not.toContain('\u001b');
  });

  test.each([
    ['', /\u001b\[36m/],
    ['export NO_COLOR=1', /^(?!.*\u001b\[3\dm)/s],
  ])('colours: %s', async (before, expected) => {
    const { type, shows, code, text } = await watchIn(`colours-${before.length}`, { before });
    await shows(/[\u2801-\u28ff]{3}/);
    type('q');
    await code();
    expect(text()).toMatch(expected);
  });
});
