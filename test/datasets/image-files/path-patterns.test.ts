/** Which images of a folder are meant, and their labels. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../src/datasets/labels/csv';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import { pathMatcher } from '../../../src/datasets/image-files/path-patterns';
import { runConfigSchema } from '../../../src/runs/config';
import { greyPng, temporaryFolder, writeFiles } from '../fixtures';
import { ownProcessorTime } from '../../support/processor-time';

describe('a pattern', () => {
  it.each<[string, string[], string[]]>([
    ['cats/**', ['cats/a.png', 'cats/deep/a.png'], ['a.png', 'dogs/a.png', 'cats2/a.png']],
    ['cats/*', ['cats/a.png'], ['cats/deep/a.png']],
    ['cats/', ['cats/deep/a.png'], ['dogs/a.png', 'cats.png']],
    ['*.png', ['a.png', 'x/y/a.png'], ['a.PNG', 'a.jpg']],
    ['**/bad*', ['bad.png', 'x/bad1.png'], ['x/notbad.png', 'bad/a.png']],
    ['a/**/z.png', ['a/z.png', 'a/b/c/z.png'], ['z.png', 'a/bz.png']],
    ['?.png', ['é.png'], ['ab.png', '.png']],
    ['[a](b).png', ['[a](b).png'], ['a.png']],
  ])('%s', (pattern, fitting, others) => {
    const matches = pathMatcher({ include: [pattern] });
    const excluded = pathMatcher({ exclude: [pattern] });
    for (const path of fitting) expect([path, matches(path), excluded(path)]).toEqual([path, true, false]);
    for (const path of others) expect([path, matches(path), excluded(path)]).toEqual([path, false, true]);
  });

  it('fits as the regular expression that it stands for', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        text,
        fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 }),
        (pattern, name) => {
          fc.pre(pattern !== '**');
          const source = pattern.replaceAll('.', '\\.').replace(/\*+/g, '.*').replaceAll('?', '.');
          expect(pathMatcher({ include: [pattern] })(name)).toBe(new RegExp(`^${source}$`).test(name));
        },
      ),
      { seed: 3 },
    );
  });

  it('leaves out paths as they are, which are no patterns', () => {
    const matches = pathMatcher({ leftOut: ['a/*.png', 'b.png'] });
    expect(['a/1.png', 'b.png', 'x/b.png', 'a/*.png'].filter(matches)).toEqual(['a/1.png', 'x/b.png']);
  });

  it('takes little time, whatever it is', () => {
    const begin = ownProcessorTime();
    expect(pathMatcher({ include: [`${'*a'.repeat(490)}b`] })('a'.repeat(4000))).toBe(false);
    expect(ownProcessorTime() - begin).toBeLessThan(1000);
    expect(() => pathMatcher({ include: [''] })).toThrow(/an empty pattern, expected one such as/);
    expect(() => pathMatcher({ exclude: ['a'.repeat(1001)] })).toThrow(/a pattern of 1001 characters/);
  });
});

it('CSV is read by RFC 4180', () => {
  expect(parseCsv('\ufeffa,b\r\n"x, ""y""\nz",2\n\n3,\n')).toEqual([
    ['a', 'b'],
    ['x, "y"\nz', '2'],
    ['3', ''],
  ]);
  expect(parseCsv('a;b\n1;2')).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
  expect(() => parseCsv('a,b\n"x"y,2')).toThrow(
    "record 2: text behind a closing quote, expected ',' or a new line",
  );
  expect(() => parseCsv('a,b\n"x')).toThrow('a quote that begins at character 5 is never closed');
});

describe('a folder of which some images are meant', () => {
  const pictures = { 'a/1.png': greyPng(8, 1), 'a/2.png': greyPng(8, 2), 'b/bad.png': greyPng(8, 3) };

  it('is loaded without the others, as a folder without them would be', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { ...pictures, 'b/broken.png': '' });
    const source = await parseSource('.', folder, { include: ['a/**', 'b/*'], exclude: ['**/b*'] });
    expect(source).toMatchObject({ include: ['a/**', 'b/*'], exclude: ['**/b*'] });
    expect(runConfigSchema.shape.data.shape.source.parse(source)).toEqual({ rules: 1, ...source });
    const dataset = await loadDataset(source);
    expect(dataset).toMatchObject({ count: 2, skipped: [], source });
    const alone = await temporaryFolder();
    await writeFiles(alone, { 'a/1.png': pictures['a/1.png'], 'a/2.png': pictures['a/2.png'] });
    const plain = await loadDataset({ kind: 'folder', uri: pathToFileURL(alone).href });
    expect(dataset.fingerprint).toBe(plain.fingerprint);
    await expect(loadDataset({ ...source, include: ['c'] } as typeof source)).rejects.toThrow(
      /included, excluded and left out leaves none of 4 images, expected patterns of paths such as 'a\/1.png'/,
    );
  });

  it('is loaded without those that are left out by name, which the run records', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, pictures);
    const source = await parseSource(folder, '/', { leftOut: ['a/2.png', 'gone.png'] });
    expect(source).toMatchObject({ leftOut: ['a/2.png', 'gone.png'] });
    expect(runConfigSchema.shape.data.shape.source.parse(source)).toEqual({ rules: 1, ...source });
    const dataset = await loadDataset(source);
    expect([0, 1].map((row) => dataset.id(row))).toEqual(['a/1.png', 'b/bad.png']);
    expect(dataset.count).toBe(2);
    const patterns = await loadDataset(await parseSource(folder, '/', { exclude: ['a/2.png'] }));
    expect(dataset.fingerprint).toBe(patterns.fingerprint);
  });

  it('has the labels of a table, in the order of numbers', async () => {
    const folder = await temporaryFolder();
    const table = 'split,file_name,Label\nx,./a/1.png,10\nx,a\\2.png,9\nx,gone.png,3\n';
    await writeFiles(folder, {
      ...pictures,
      'l.csv': table,
      'odd.csv': 'path,label\n/abs/9.png,x\n',
      'no.csv': 'a,b\n',
    });
    const source = await parseSource(folder, '/', { labels: join(folder, 'l.csv') });
    const dataset = await loadDataset(source);
    expect(dataset.labels).toEqual({ names: ['9', '10'], values: Int32Array.of(1, 0, -1) });
    const loadWith = async (csv: string) => loadDataset(await parseSource(folder, folder, { labels: csv }));
    await expect(loadWith('odd.csv')).rejects.toThrow(
      "odd.csv: no line names an image: got '/abs/9.png', expected paths such as 'a/1.png'",
    );
    await expect(loadWith('no.csv')).rejects.toThrow(/no.csv: got the header 'a,b', expected a column path/);
    await expect(loadWith('gone.csv')).rejects.toThrow(
      /gone.csv: not found.*expected a CSV file with the labels/,
    );
    await expect(parseSource('digits', folder, { include: ['a'] })).rejects.toThrow(
      /digits: include, exclude or labels were given, expected a folder, a .zip or a .tar of images/,
    );
  });
});
