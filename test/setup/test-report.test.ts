import { expect, test } from 'vitest';
import { seedIn } from '../../src/setup/seed.mjs';
import { editorRestarts, editorResults, slowest, unitResults } from '../../src/setup/test-report.mjs';
import { tabulate } from '../../src/setup/test-table.mjs';

const UNIT = {
  testResults: [
    { name: '/p/test/a.test.ts', status: 'failed', message: 'does not load\nat 3', assertionResults: [] },
    {
      ...{ name: '/p/test/b.test.ts', status: 'failed', message: '' },
      assertionResults: [
        { status: 'passed', fullName: 'adds', duration: 1500, failureMessages: [] },
        { status: 'failed', fullName: 'divides', duration: 20, failureMessages: ['expected 1\nto be 2'] },
        { status: 'skipped', fullName: 'waits', failureMessages: [] },
      ],
    },
  ],
};

test('tests of vitest’s report, and a file that does not load', () => {
  expect(unitResults(UNIT, '/p')).toEqual([
    { name: 'test/a.test.ts', state: 'failed', seconds: 0, why: 'does not load' },
    { name: 'test/b.test.ts: adds', state: 'passed', seconds: 1.5, why: '' },
    { name: 'test/b.test.ts: divides', state: 'failed', seconds: 0.02, why: 'expected 1' },
    { name: 'test/b.test.ts: waits', state: 'skipped', seconds: 0, why: '' },
  ]);
  expect(unitResults(null, '/p')).toEqual([]);
});

test('tests of the editor’s report, which may only count', () => {
  const counted = { passed: 1, failed: 0, skipped: 0 };
  expect([editorResults(counted), editorRestarts(counted)]).toEqual([[], 0]);
  const named = {
    ...counted,
    ...{ editorRestarted: 2, tests: [{ name: 'trains', seconds: 9, state: 'failed', why: 'no run\nat' }] },
  };
  expect(editorRestarts(named)).toBe(2);
  expect(editorResults(named)).toEqual([
    { name: 'VS Code: trains', seconds: 9, state: 'failed', why: 'no run' },
  ]);
  expect([editorResults(null), editorRestarts(null)]).toEqual([[], 0]);
});

test('the slowest come first', () => {
  expect(slowest(unitResults(UNIT, '/p'), 2)).toEqual([
    '    1.5 s  test/b.test.ts: adds',
    '    0.0 s  test/b.test.ts: divides',
  ]);
});

test('a seed is taken from the arguments, or is a new one', () => {
  expect(seedIn(['20', '--seed', '7', 'panel'])).toEqual({ seed: 7, rest: ['20', 'panel'] });
  expect(seedIn(['20']).rest).toEqual(['20']);
  expect(seedIn([]).seed).toBeGreaterThan(0);
  expect(() => seedIn(['--seed'])).toThrow('--seed: got nothing, expected a whole number');
  expect(() => seedIn(['--seed', 'x'])).toThrow('got x');
});

test('rounds become a table: what failed first, with seed and reason', () => {
  const result = (name: string, state: 'passed' | 'failed', seconds: number) => ({
    ...{ name, state, seconds, why: state === 'failed' ? 'expected 1' : '' },
  });
  const table = tabulate([
    { seed: 4, seconds: 9, code: 0, results: [result('a', 'passed', 3), result('b', 'passed', 1)] },
    { seed: 5, seconds: 9, code: 1, results: [result('a', 'passed', 5), result('b', 'failed', 2)] },
    { seed: 6, seconds: 1, code: 1, results: [] },
  ]);
  expect(table.split('\n')).toEqual([
    'passed  failed   median  slowest  test',
    '     1       1    2.0 s    2.0 s  b',
    '                                  seed 5: expected 1',
    '     2       0    5.0 s    5.0 s  a',
    '',
    '2 tests, 1 of which failed; 1 of 3 rounds passed',
    '',
  ]);
});
