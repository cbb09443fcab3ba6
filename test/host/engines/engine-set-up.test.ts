import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLine, runSetUp, SetUpProgress } from '../../../src/host/engines/engine-set-up';
import type { SetUpLine, SetUpOutcome } from '../../../src/host/engines/engine-set-up';
import { t, useFolder } from '../support';

const step = (name: string, more: object = {}): SetUpLine & { type: 'step' } => {
  const line = parseLine(JSON.stringify({ type: 'step', step: name, text: `text of ${name}`, ...more }));
  if (line?.type !== 'step') throw new Error(`${name} was not understood`);
  return line;
};

describe('lines of the set-up', () => {
  it('are steps, an end or a failure; others are passed over', () => {
    expect(step('downloading', { received: 50, total: 200 }).fraction).toBe(0.25);
    expect(step('downloading', { received: 300, total: 200 }).fraction).toBe(1);
    expect(step('checking').fraction).toBeNull();
    expect(step('downloading', { from: 'a.invalid' }).from).toBe('a.invalid');
    expect(parseLine('{"type":"ready","tensorflow":"2.15.1","folder":"/f","wasThere":true}')).toEqual({
      ...{ type: 'ready', version: '2.15.1', device: '', wasThere: true },
    });
    expect(parseLine('{"error":{"code":"x","message":"no g++"}}')).toEqual({
      ...{ type: 'failed', message: 'no g++' },
    });
    expect(parseLine('{"type":"ready","jax":"0.10.2","device":"cpu"}')).toEqual({
      ...{ type: 'ready', version: '0.10.2', device: 'cpu', wasThere: false },
    });
    expect(parseLine('{"type":"offer","card":"C","hosts":[1],"download":1,"unpacked":1}')).toBeNull();
    for (const line of ['', 'text', 'null', '7', '{}', '{"type":"step"}', '{"error":null}'])
      expect(parseLine(line)).toBeNull();
  });

  it('move the bar on, never back, and to its end at most', () => {
    const progress = new SetUpProgress(t);
    const half = { received: 100, total: 200 };
    const named = { ...half, from: 'a.invalid, b.invalid' };
    const downloads = [step('downloading', half), step('downloading', named)];
    const lines = [step('waiting'), step('checking'), ...downloads, step('unpacking')];
    const more = [step('checking'), step('compiling'), step('probing'), step('something new')];
    const shown = [...lines, ...more].map((line) => progress.next(line));
    expect(shown.map(({ message }) => message)).toEqual([
      'waiting for another setup to finish',
      'looking for python3, pip and g++',
      'downloading, 50 %',
      'downloading from a.invalid, b.invalid, 50 %',
      'unpacking the library',
      'looking for python3, pip and g++',
      'compiling the binding',
      'testing it',
      'text of something new',
    ]);
    for (const { increment } of shown) expect(increment).toBeGreaterThanOrEqual(0);
    expect(shown.reduce((sum, { increment }) => sum + increment, 0)).toBeLessThanOrEqual(100);
  });
});

describe('the process of the set-up', () => {
  const folder = useFolder();

  /** Runs a script in place of `vae`. */
  async function run(script: string, onStep = (_step: string): void => undefined, signal?: AbortSignal) {
    const program = join(folder.path(), 'vae.cjs');
    await writeFile(program, script);
    const heard: string[] = [];
    const outcome: SetUpOutcome = await runSetUp({
      program,
      signal: signal ?? new AbortController().signal,
      onStep: (line) => onStep(line.step),
      log: (line) => heard.push(line),
    });
    return { outcome, heard };
  }

  it('is Node with our arguments, without the options of the editor, away from the workspace', async () => {
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = '--no-warnings';
    try {
      const { outcome } = await run(`
        const { argv, env } = process;
        const message = [...argv.slice(2), env.ELECTRON_RUN_AS_NODE, env.NODE_OPTIONS, process.cwd() === __dirname].join();
        process.stderr.write(JSON.stringify({ error: { code: 'x', message } }) + '\\n');
        process.exitCode = 1;`);
      expect(outcome).toEqual({ kind: 'failed', message: 'setup,--json,1,,true' });
    } finally {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    }
  });

  it('tells its steps and how it ended', async () => {
    const steps: string[] = [];
    const { outcome, heard } = await run(
      `for (const line of [
         { type: 'step', step: 'checking', text: 'a' },
         { type: 'step', step: 'downloading', text: 'b', received: 1, total: 2 },
         { type: 'ready', tensorflow: '1.2.3', wasThere: false },
       ]) console.log(JSON.stringify(line));`,
      (name) => steps.push(name),
    );
    expect(steps).toEqual(['checking', 'downloading']);
    expect(outcome).toMatchObject({ kind: 'ready', version: '1.2.3', wasThere: false });
    // The log has everything but how far a download is.
    expect(heard).toHaveLength(2);
  });

  it.each([
    [true, { kind: 'ready', version: '1.2.3', wasThere: false }],
    [false, { kind: 'declined' }],
  ])(
    'for a graphics card asks about the download, and passes the answer on: %s',
    async (isAgreed, expected) => {
      const program = join(folder.path(), 'vae.cjs');
      await writeFile(
        program,
        `console.log(JSON.stringify({ type: 'offer', card: 'C', hosts: ['a.invalid'], download: 3, unpacked: 5 }));
       let said = '';
       process.stdin.on('data', (piece) => { said += piece; }).on('end', () => {
         const args = process.argv.slice(2).join();
         if (said === 'yes\\n' && args === 'setup,--gpu,--ask-on-stdin,--json')
           console.log(JSON.stringify({ type: 'ready', tensorflow: '1.2.3', wasThere: false }));
         else console.error(JSON.stringify({ error: { code: 'no-cuda', message: said + args } }));
       });`,
      );
      const offers: unknown[] = [];
      const outcome = await runSetUp({
        ...{ program, signal: new AbortController().signal, onStep: () => undefined, log: () => undefined },
        agree: (offer) => {
          offers.push(offer);
          return Promise.resolve(isAgreed);
        },
      });
      expect(outcome).toMatchObject(expected);
      expect(offers).toEqual([{ type: 'offer', card: 'C', hosts: ['a.invalid'], download: 3, unpacked: 5 }]);
    },
  );

  it('that ends without a word has failed', async () => {
    const { outcome, heard } = await run(`console.error('gone'); process.exitCode = 7;`);
    expect(outcome).toEqual({ kind: 'failed', message: expect.stringContaining('code 7') as string });
    expect(heard).toEqual(['gone']);
  });

  it.skipIf(process.platform === 'win32')('gets a cancel as Ctrl-C, and its end is waited for', async () => {
    const cancel = new AbortController();
    const script = `
      process.on('SIGINT', () => setTimeout(() => {
        console.log(JSON.stringify({ type: 'interrupted' }));
        process.exit(130);
      }, 200));
      setInterval(() => undefined, 1000);
      console.log(JSON.stringify({ type: 'step', step: 'checking', text: 'a' }));`;
    const { outcome, heard } = await run(script, () => cancel.abort(), cancel.signal);
    expect(outcome).toEqual({ kind: 'cancelled' });
    expect(heard.at(-1)).toBe('{"type":"interrupted"}');
  });

  it('is not started when it was cancelled before', async () => {
    const { outcome, heard } = await run(`console.log('started')`, undefined, AbortSignal.abort());
    expect({ outcome, heard }).toEqual({ outcome: { kind: 'cancelled' }, heard: [] });
  });
});
