/** What is newest first in a list of runs, and what `latest` is. */
import { expect, test } from 'vitest';
import { newestFirst } from '../../src/runs/newest-first';
import type { Begun } from '../../src/runs/newest-first';

const run = (name: string, createdAt: string | null = '2020-01-01T00:00:00.000Z'): Begun => ({
  name,
  createdAt,
});
const order = (...runs: Begun[]): string[] => runs.sort(newestFirst).map(({ name }) => name);

test('names that the product has given say when a run was begun, in whatever order their configurations were written', () => {
  expect(
    order(
      run('20260102-000000-a', '2026-01-02T00:09:00Z'),
      run('20260102-000005-a', '2026-01-02T00:00:06Z'),
      run('20251231-235959-z'),
    ),
  ).toEqual(['20260102-000005-a', '20260102-000000-a', '20251231-235959-z']);
});

test('runs of other names are among them by their configurations', () => {
  expect(
    order(
      run('zebra', '2026-01-01T12:00:00Z'),
      run('20260101-115959-digits'),
      run('ant', '2026-01-03T00:00:00Z'),
      run('20260102-000000-digits'),
    ),
  ).toEqual(['ant', '20260102-000000-digits', 'zebra', '20260101-115959-digits']);
});

test('what is being prepared or is damaged comes first, unless its name says when it was begun; a time that is none is the oldest', () => {
  expect(order(run('odd', 'yesterday'), run('a'), run('new', null), run('20260101-000000-x', null))).toEqual([
    'new',
    '20260101-000000-x',
    'a',
    'odd',
  ]);
});

test('runs of one second are in reverse order of their names', () => {
  const at = '2026-01-01T00:00:00';
  expect(order(run('b', `${at}.900Z`), run('c', `${at}.100Z`), run('a', `${at}.500Z`))).toEqual([
    'c',
    'b',
    'a',
  ]);
  expect(order(run('20260101-000000-x'), run('20260101-000000-x-2'))).toEqual([
    '20260101-000000-x-2',
    '20260101-000000-x',
  ]);
  expect(newestFirst(run('a'), run('a'))).toBe(0);
});
