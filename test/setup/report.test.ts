import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { parseOptions } from '../vscode/options';
import { Report } from '../vscode/report';
import { shuffled } from '../vscode/seed';
import { HopelessError, until } from '../vscode/waiting/until';
import { StillError, Watch } from '../vscode/waiting/watch';

describe('the report of the tests in VS Code', () => {
  it('names each failure at the end with its folder, and leaves counts, seed and tests in a file', async () => {
    const said: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    const folder = await mkdtemp(join(tmpdir(), 'vae-'));
    try {
      const report = new Report(7, (name) => `out/${name}`);
      report.passed('good', 1.5, ['- a step']);
      report.failed('bad', 2, 'no picture\n    at line 3');
      report.skipped(['late'], 'no editor');
      report.editorRestarted('its worker never started');
      await report.write(join(folder, 'result.json'));
      expect(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'))).toEqual({
        ...{ passed: 1, failed: 1, skipped: 1, editorRestarted: 1, seed: 7 },
        tests: [
          { name: 'good', seconds: 1.5, state: 'passed' },
          { name: 'bad', seconds: 2, state: 'failed', why: 'no picture\n    at line 3' },
          { name: 'late', seconds: 0, state: 'skipped', why: 'no editor' },
        ],
      });
      expect(said.slice(-2).join('')).toBe(
        '\nFAIL  bad: no picture\n      out/bad\n\neditor restarted: 1\nseed: 7\n',
      );
    } finally {
      vi.restoreAllMocks();
      await rm(folder, { recursive: true });
    }
  });

  it('shuffles by the seed alone, whatever is left out', () => {
    const names = Array.from({ length: 20 }, (_, i) => `test ${i}`);
    const order = shuffled(names, 1, String);
    expect([...order].sort()).toEqual([...names].sort());
    expect(shuffled([...names].reverse(), 1, String)).toEqual(order);
    expect(shuffled(names, 2, String)).not.toEqual(order);
    const few = (name: string): boolean => name.endsWith('3');
    expect(shuffled(names.filter(few), 1, String)).toEqual(order.filter(few));
  });

  it('takes a seed and a pattern', () => {
    const { seed, only } = parseOptions(['--seed', '12', 'a', 'map']);
    expect(seed).toBe(12);
    expect(only.test('this is a map')).toBe(true);
    expect(parseOptions([]).only.test('anything')).toBe(true);
    expect(() => parseOptions(['--seed', 'x'])).toThrow("--seed: got 'x', expected a whole number");
  });
});

describe('a wait without a clock', () => {
  /** Fails after 0.2 s without movement, which is looked for every 20 ms. */
  const watch = (): Watch => new Watch(0.2, 20);

  it('goes on as long as something moves', async () => {
    const watched = watch();
    let rows = 0;
    watched.add({ name: 'rows', least: 1, measure: () => ++rows });
    const start = performance.now();
    await watched.run(() => until('much later', () => performance.now() - start > 1000));
  });

  it('ends when nothing moves, and says what was waited for and what was seen last', async () => {
    const watched = watch();
    watched.add({ name: 'rows', least: 1, measure: () => 12 });
    const failure = watched.run(() =>
      until('a row', () => {
        throw new Error('no file yet');
      }),
    );
    await expect(failure).rejects.toThrow(StillError);
    await expect(failure).rejects.toThrow(
      'nothing moved for 0.2 s while waiting for a row; seen last: no file yet (rows 12)',
    );
  });

  it('ends what moves for ever, and with it the wait itself', async () => {
    const watched = new Watch(60, 20, 0.2);
    let [rows, asked] = [0, 0];
    watched.add({ name: 'rows', least: 1, measure: () => ++rows });
    const failure = watched.run(() => until('the end', () => ++asked < 0));
    await expect(failure).rejects.toThrow('not done after 0.2 s while waiting for the end (rows ');
    const before = asked;
    await sleep(500);
    expect(asked).toBeLessThanOrEqual(before + 1);
  });

  it('does not take the little time that an idle process uses for movement', async () => {
    const watched = watch();
    let used = 0;
    watched.add({ name: 'processor time', least: 1, measure: () => (used += 0.01) });
    await expect(watched.run(() => until('a row', () => false))).rejects.toThrow(StillError);
  });

  it('ends although a witness does not answer', async () => {
    const watched = watch();
    watched.add({ name: 'a page that hangs', least: 1, measure: () => new Promise(() => undefined) });
    await expect(watched.run(() => sleep(60_000, undefined, { ref: false }))).rejects.toThrow(StillError);
  });

  it('ends at once where what is waited for cannot come', async () => {
    const hopeless = until('a server', () => {
      throw new HopelessError('it ended with code 1');
    });
    await expect(hopeless).rejects.toThrow('it ended with code 1');
  });
});
