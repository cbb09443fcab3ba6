import { basename } from 'node:path';
import { expect, test } from 'vitest';
import type { ValidationRow } from '../../../src/domain/metrics';
import { RunList } from '../../../src/host/runs/run-list';
import type { RunEntry } from '../../../src/host/runs/runs-model';
import { status } from '../../support/engine-status';
import { memento } from '../memento';
import { config } from '../support';
import { runEntry } from '../window';

const best = (elbo: number) => ({ best: { elbo } as ValidationRow });
const on = (name: string, preset = 'fast') => ({
  config: config({ name: 'x', preset, data: { ...config().data, name } }),
});

/** Newest first. */
const entries: readonly RunEntry[] = [
  runEntry('/runs/5', {
    outcome: null,
    status: status({ state: 'preparing', validationBound: null, trainBound: null }),
  }),
  runEntry('/runs/4', {
    record: { ...on('mnist'), ...best(-90) },
    about: { name: 'run 10', tags: ['Baseline'] },
  }),
  runEntry('/runs/3', {
    outcome: 'stopped',
    record: { ...on('faces', 'conv'), ...best(-300) },
    about: { name: 'Run 9' },
  }),
  runEntry('/runs/2', {
    outcome: 'failed',
    record: on('faces'),
    about: { name: 'a', notes: 'too large\nstep size' },
  }),
  runEntry('/runs/1', {
    outcome: 'running',
    status: status({ state: 'paused', validationBound: -80 }),
    record: on('digits'),
  }),
];
const listed = (list: RunList): string =>
  list
    .of(entries)
    .shown.map(({ folder }) => basename(folder))
    .join('');

test.each([
  ['newest', '54321'],
  // Numbers in names count as numbers, letters without their case.
  ['name', '52341'],
  ['bound', '14352'],
  ['dataset', '13245'],
] as const)('runs are sorted: %s', async (order, expected) => {
  const list = new RunList(memento());
  await list.sortBy(order);
  expect(listed(list)).toBe(expected);
});

test.each([
  ['', '54321'],
  ['faces', '32'],
  ['FACES conv', '3'],
  ['conv mnist', ''],
  ['baseline', '4'],
  ['step large', '2'],
  ['run', '43'],
  ['  ', '54321'],
])('a filter by the text %o', async (text, expected) => {
  const list = new RunList(memento());
  await list.filterBy({ text });
  expect(listed(list)).toBe(expected);
  expect(list.of(entries).hidden).toBe(5 - expected.length);
});

test('a filter by states, and by both', async () => {
  const list = new RunList(memento());
  await list.filterBy({ states: ['training', 'paused'] });
  expect(listed(list)).toBe('51');
  await list.filterBy({ states: ['stopped', 'failed'], text: 'conv' });
  expect(listed(list)).toBe('3');
  expect(list.isFiltered).toBe(true);
  await list.clearFilter();
  expect([listed(list), list.isFiltered]).toEqual(['54321', false]);
});

test('a damaged run has that state, and is found by the name of its folder', async () => {
  const damaged = { ...runEntry('/runs/broken', { outcome: null }), damage: 'config.json is not JSON' };
  const list = new RunList(memento());
  await list.filterBy({ states: ['damaged'], text: 'broken' });
  expect(list.of([damaged, ...entries]).shown).toEqual([damaged]);
});

test('order and filter are kept in the workspace, and what another version wrote is passed over', async () => {
  const state = memento();
  const list = new RunList(state);
  let changes = 0;
  list.changed(() => changes++);
  await list.sortBy('bound');
  await list.filterBy({ text: 'x', states: ['failed'] });
  expect(changes).toBe(2);
  const again = new RunList(state);
  expect([again.order, again.filter]).toEqual(['bound', { text: 'x', states: ['failed'] }]);
  for (const stored of [
    3,
    null,
    [],
    { order: 'size', text: 4, states: 'failed' },
    { states: ['odd', 'failed'] },
  ]) {
    const other = new RunList(memento({ 'vae.runList': stored }));
    expect(other.order).toBe('newest');
    expect(other.filter.text).toBe('');
    expect(other.filter.states).toEqual(
      Array.isArray((stored as { states?: unknown } | null)?.states) ? ['failed'] : [],
    );
  }
});
