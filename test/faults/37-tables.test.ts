/** Row 37: a table of labels that is far more in memory than in its file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCsvTable } from '../../src/datasets/labels/csv-table';
import { temporaryFolder } from '../datasets/fixtures';

it('of 21 million empty fields is refused, and others get their turn meanwhile', async () => {
  const path = join(await temporaryFolder(), 'a.csv');
  await writeFile(path, `path,label\n${`${','.repeat(9_999)}\n`.repeat(2_100)}`);
  let turns = 0;
  const clock = setInterval(() => turns++, 1);
  await expect(readCsvTable(path, ['a'], 2)).rejects.toThrow(
    'a.csv: over 20000000 fields, expected that many at most',
  );
  clearInterval(clock);
  expect(turns).toBeGreaterThan(20);
});

it('of a line of a million commas is refused', async () => {
  const path = join(await temporaryFolder(), 'a.csv');
  await writeFile(path, `path,label\n${','.repeat(1e6)}`);
  await expect(readCsvTable(path, ['a'], 2)).rejects.toThrow('a.csv: record 2: over 10000 fields');
});
