import { expect, test } from 'vitest';
import { ComparedRuns, folderOf, uriOf } from '../../../src/host/compare/compared-runs';

const everything = (): boolean => true;

function observed() {
  const runs = new ComparedRuns();
  let told = 0;
  runs.changed(() => told++);
  return { runs, told: () => told };
}

test('each run is compared once, and at most eight are', () => {
  const { runs, told } = observed();
  runs.set(['/a', '/b', '/a']);
  expect(runs.folders).toEqual(['/a', '/b']);
  runs.set(Array.from({ length: 12 }, (_, i) => `/runs/${i}`));
  expect(runs.folders).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'].map((name) => `/runs/${name}`));
  expect(told()).toBe(2);
});

test('a deleted run is taken out, and one that is not compared changes nothing', () => {
  const { runs, told } = observed();
  runs.set(['/a', '/b', '/c']);
  runs.forget('/b');
  expect(runs.folders).toEqual(['/a', '/c']);
  runs.forget('/elsewhere');
  expect(told()).toBe(2);
});

test('nobody is told after the end', () => {
  const { runs, told } = observed();
  runs.dispose();
  runs.set(['/a']);
  expect(told()).toBe(0);
});

test('what was compared before a reload is compared again, as far as it is still there', () => {
  const { runs, told } = observed();
  const state = { runs: ['file:///runs/a%20b', 'file:///runs/gone', 'file:///runs/c'] };
  runs.restore(state, (folder) => folder !== '/runs/gone');
  expect(runs.folders).toEqual(['/runs/a b', '/runs/c']);
  expect(told()).toBe(1);
});

test.each([
  [undefined],
  [null],
  ['file:///runs/a'],
  [{}],
  [{ runs: null }],
  [{ runs: 'file:///runs/a' }],
  [
    {
      runs: [3, null, '/runs/a', 'https://example.org/runs/a', 'file://server/runs/a', 'file:///runs/%ff%2f'],
    },
  ],
])('a state that is none restores no run: %j', (state) => {
  const { runs } = observed();
  runs.set(['/before']);
  runs.restore(state, everything);
  expect(runs.folders).toEqual([]);
});

test('a folder has a URI, and only a URI of a file has a folder', () => {
  expect(uriOf('/runs/a b#1')).toBe('file:///runs/a%20b%231');
  expect(folderOf(uriOf('/runs/a b#1%'))).toBe('/runs/a b#1%');
  for (const none of [undefined, 7, '', '/runs/a', 'http://a/b', 'file://server/a', 'file:///a%2fb'])
    expect(folderOf(none), String(none)).toBeUndefined();
});
