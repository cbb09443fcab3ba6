/** The process that runs JAX is killed, lies, or loses the one that started it: the error says so, and the run goes on later. */
import { spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jaxEngine, jaxSources } from '../../src/engine/jax/engine';
import { listCheckpoints } from '../../src/runs/checkpoint';
import type { VaeConfig } from '../../src/vae/config';
import { jaxPython } from '../../src/setup/locations.mjs';
import { Cli, ended } from '../cli/support';
import { eventually } from '../support/eventually';
import { Hold } from '../support/hold';
import { expectSameRun, isAlive, processOf } from './support';

let cli: Cli;
beforeAll(async () => {
  cli = await Cli.build();
});
afterAll(() => cli.dispose());

const isPresent = jaxPython() !== null;
const SMALL = ['--set', 'hidden=8', '--set', 'latent=2', '--set', 'minibatch=10', '--threads', '1'];
const train = (name: string, ...more: string[]): string[] => [
  ...['train', '--data', 'digits:100', '--engine', 'jax', '--run', name, '--samples', '20000'],
  ...['--set', 'checkpointEvery=100', ...SMALL, ...more],
];

/** Ids of the processes that a process has started. */
const childrenOf = async (pid: number): Promise<number[]> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim().split(' ').filter(Boolean).map(Number);
};

describe.skipIf(!isPresent || process.platform !== 'linux')('with JAX', () => {
  const held = (hold: Hold) => ({ env: { ...hold.environment, XDG_STATE_HOME: cli.path('state') } });

  test('killed: the error says so, and the run resumes to the bytes of one that was not disturbed', async () => {
    expect((await cli.run(train('whole'))).code).toBe(0);
    const hold = new Hold([500]);
    const child = cli.start(train('killed'), held(hold));
    const end = ended(child);
    await hold.held(500);
    const [python] = await childrenOf(child.pid!);
    process.kill(python!, 'SIGKILL');
    hold.free(500);
    const { code, stderr } = await end;
    expect(stderr).toContain('the process that runs JAX was ended by SIGKILL');
    expect(code).toBe(128 + 9);
    // Without a word about the engine: a run goes on with what it began with.
    const resumed = await cli.run(['resume', 'killed']);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain('jax (1 thread): as when this run began');
    await expectSameRun(cli.path('killed'), cli.path('whole'));
  });

  test('killed under --supervise: the run is resumed by itself', async () => {
    const hold = new Hold([500]);
    const child = cli.start(train('supervised', '--supervise'), held(hold));
    const end = ended(child);
    await hold.held(500);
    const [python] = await childrenOf(await processOf(cli.path('supervised')));
    process.kill(python!, 'SIGKILL');
    hold.free(500);
    const { code, stderr } = await end;
    expect(stderr).toContain('was ended by SIGKILL; resuming');
    expect(code).toBe(0);
  });

  test.each([
    ['while it trains', 'digits:100', 500, []],
    // Convolutions compile for seconds.
    [
      'while it starts or compiles',
      'digits:200',
      null,
      ['--preset', 'conv', '--set', 'width=32', '--set', 'height=32'],
    ],
  ] as const)('it does not outlive the process that started it, killed %s', async (_, data, step, more) => {
    const name = `left-${step}`;
    const hold = new Hold(step === null ? [] : [step]);
    const args = ['train', '--data', data, '--engine', 'jax', '--run', name, '--threads', '1', ...more];
    const child = cli.start(step === null ? args : [...train(name, ...more)], held(hold));
    const end = ended(child);
    await eventually(async () => (await childrenOf(child.pid!)).length).toBe(1);
    const [python] = await childrenOf(child.pid!);
    if (step === null)
      // It has been told of the model, and computes on all that it may.
      await eventually(async () => (await readFile(`/proc/${python}/maps`, 'utf8')).includes('jaxlib')).toBe(
        true,
      );
    else await hold.held(step);
    child.kill('SIGKILL');
    await end;
    await eventually(() => isAlive(python!)).toBe(false);
  });

  test('signals to all processes of a terminal: it computes on until the checkpoint is written', async () => {
    const hold = new Hold([500]);
    // A group of its own, as a shell makes one.
    const child = cli.start(train('stopped', '--samples', '1e8'), { ...held(hold), detached: true });
    const end = ended(child);
    await hold.held(500);
    // A second one would end the command at once.
    process.kill(-child.pid!, 'SIGTERM');
    hold.free(500);
    const { code, stdout } = await end;
    expect(stdout).toContain('stopped at a checkpoint');
    expect(code).toBe(130);
    expect((await listCheckpoints(cli.path('stopped'))).at(-1)).toBeGreaterThanOrEqual(500);
  });

  test('what is no message ends it', async () => {
    const { python } = jaxPython()!;
    const child = spawn(python, ['-B', jaxSources()!], { stdio: ['pipe', 'pipe', 'pipe'] });
    const end = ended(child);
    child.stdin.write(Buffer.from('ffffffff garbage', 'latin1'));
    const { code, stderr } = await end;
    expect(stderr).toMatch(/the JAX process ends: got a header of \d+ bytes, expected at most/);
    expect(code).toBe(3);
  });

  test('a call that fails leaves the session as it was', async () => {
    const engine = await jaxEngine(jaxPython()!, 1);
    const model: VaeConfig = {
      ...{ inputSize: 4, convolution: null, encoderHidden: [3], decoderHidden: [3], latent: 2 },
      ...{ activation: 'tanh', likelihood: 'bernoulli' },
    };
    const session = await engine.open(model, null, null);
    // Nothing has been loaded.
    await expect(session.decode(new Float32Array(2), 1)).rejects.toThrow(/^JAX: KeyError/);
    const { initialiseParameters } = await import('../../src/vae/parameters');
    const parameters = initialiseParameters(model, { kind: 'glorot' }, (_, count) => new Float32Array(count));
    await session.load({ step: 0, parameters, slots: {} });
    expect(Array.from(await session.decode(new Float32Array(2), 1))).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

/** A Python that answers like this: `send(header)` writes a message, and `read()` waits for one. */
const lie = (script: string): string => `#!${process.execPath}
const send = (header) => {
  const text = Buffer.from(JSON.stringify({ arrays: [], ...header }));
  const start = Buffer.alloc(4);
  start.writeUInt32LE(text.length);
  process.stdout.write(Buffer.concat([start, text]));
};
const hello = { protocol: 2, python: '3.11.7', jax: '0.10.2', platform: 'cpu', devices: ['cpu'], shards: 1 };
${script}
`;

const LIES: readonly (readonly [string, string, RegExp])[] = [
  [
    'says nothing and ends',
    'process.exit(7)',
    /JAX could not be started: the process that runs JAX has ended with exit code 7/,
  ],
  [
    'ends with a reason',
    "process.stderr.write('Traceback\\nImportError: no good\\n', () => process.exit(1))",
    /ended with exit code 1: ImportError: no good/,
  ],
  [
    'writes garbage',
    "process.stdout.write('Welcome to Python!')",
    /its reply is not a message: got a header of \d+ bytes/,
  ],
  ['is another version', 'send({ ...hello, protocol: 3 })', /speaks version 3 of the messages, expected 2/],
  [
    'has an old JAX',
    "send({ ...hello, missing: 'got JAX 0.4.1, expected 0.10.0 or newer' })",
    /got JAX 0\.4\.1, expected 0\.10\.0 or newer/,
  ],
  ['names no device', 'send({ ...hello, devices: 3 })', /does not say what it computes with/],
  ['divides by nothing', 'send({ ...hello, shards: 0.5 })', /does not say what it computes with/],
  [
    'names a long device',
    "send({ ...hello, platform: 'gpu', devices: ['x'.repeat(1e4)] }); process.stdin.resume().on('data', () => send({ error: 'no' }))",
    /JAX: no/,
  ],
  [
    'announces more than memory holds',
    "send(hello); process.stdin.once('data', () => send({ arrays: [{ name: 'a', dtype: 'float32', shape: [1e15] }] }))",
    /its reply is not a message: got arrays of 4000000000000000 bytes/,
  ],
  [
    'runs out of memory',
    "send(hello); process.stdin.once('data', () => send({ error: 'XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes.' }))",
    /Out of memory.*did not suffice for a minibatch of 10 images/,
  ],
];

test.skipIf(process.platform === 'win32').each(LIES)('a Python that %s', async (name, script, message) => {
  const python = cli.path(`python-${name.replaceAll(' ', '-')}`);
  await writeFile(python, lie(script));
  await chmod(python, 0o700);
  const env = { ...process.env, LATENT_EXPLORER_JAX_PYTHON: python, XDG_STATE_HOME: cli.path('state') };
  const { code, stderr } = await cli.run(train(name.replaceAll(' ', '-')), { env });
  expect(stderr).toMatch(message);
  expect([1, 2]).toContain(code);
});
