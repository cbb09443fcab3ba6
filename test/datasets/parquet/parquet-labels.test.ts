import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../../src/datasets/load';

/** Written by pyarrow; beside them lies what made them. */
const load = (name: string, rules: 1 | 2 = 2) =>
  loadDataset({
    kind: 'parquet',
    uri: pathToFileURL(join(__dirname, `../../fixtures/parquet/labels-${name}.parquet`)).href,
    rules,
  });

describe('labels in a Parquet file', () => {
  it.each([
    ['bool', ['true', 'false', null, 'true']],
    ['bool-v2', ['true', 'false', null, 'true']],
    ['float', ['1', '0', null, '2']],
    ['int8', ['3', '0', null, '3']],
    ['text', ['b', 'a', null, 'b']],
    ['one', ['2', '0', null, null]],
    ['one-hot', ['2', '0', null, '1']],
    ['one-hot-v2', ['2', '0', null, '1']],
    ['struct', ['dog', 'cat', null, 'dog']],
    ['classes', ['dog', 'cat', 'dog', 'cat']],
  ])('of the type %s are read', async (name, expected) => {
    const { labels, notes, count, skipped } = await load(name);
    expect([count, skipped]).toEqual([4, []]);
    expect(Array.from(labels!.values, (value) => labels!.names[value] ?? null)).toEqual(expected);
    const column = name === 'text' ? 'category' : 'label';
    expect(notes.filter(({ subject }) => subject === 'labels')).toEqual([
      { subject: 'labels', level: 'info', text: `the labels are those of the column '${column}'` },
    ]);
  });

  it.each([
    ['fraction', "column 'label': numbers such as 0.5, expected whole ones or texts"],
    ['several', "column 'labels': 1 of 4 rows have several labels, expected one for each image"],
    ['date', "column 'label' holds dates or times, which are not classes"],
    ['time', "column 'target' holds dates or times, which are not classes"],
  ])('of the type %s are none, and it is said why', async (name, reason) => {
    const { labels, notes, count, skipped } = await load(name);
    expect([labels, count, skipped]).toEqual([undefined, 4, []]);
    expect(notes.filter(({ subject }) => subject === 'labels')).toEqual([
      { subject: 'labels', level: 'warning', text: `labels-${name}.parquet: no labels: ${reason}` },
    ]);
  });

  it('by the rules 1 are those that were read before', async () => {
    for (const name of ['bool', 'float', 'one', 'struct'])
      expect((await load(name, 1)).labels).toBeUndefined();
    expect((await load('text', 1)).labels?.names).toEqual(['a', 'b']);
    expect((await load('int8', 1)).labels?.names).toEqual(['0', '1', '2', '3']);
  });
});
