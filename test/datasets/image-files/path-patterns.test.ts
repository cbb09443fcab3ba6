/** Which images of a folder are meant, and their labels. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../src/datasets/labels/csv';
import type { Dataset, DatasetSource, ImageChoice } from '../../../src/datasets/dataset';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import { PathSelection } from '../../../src/datasets/image-files/path-selection';
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
    [
      '{cats,dogs}/*.{png,jp{,e}g}',
      ['cats/a.png', 'dogs/b.jpeg', 'dogs/b.jpg'],
      ['cats,dogs/a.png', 'cats/a.gif'],
    ],
    ['{a}.png', ['{a}.png'], ['a.png']],
    ['x{a,b', ['x{a,b'], ['xa', 'xb']],
    [' ./cats//./**\t', ['cats/deep/a.png'], ['dogs/a.png']],
    ['\ufeffcaf\u00e9.png', ['cafe\u0301.png', 'x/caf\u00e9.png'], ['cafe.png']],
    ['cafe\u0301/?.png', ['caf\u00e9/e\u0301.png'], []],
  ])('%s', (pattern, fitting, others) => {
    const included = new PathSelection({ include: [pattern] });
    const excluded = new PathSelection({ exclude: [pattern] });
    for (const path of fitting)
      expect([path, included.has(path), excluded.has(path)]).toEqual([path, true, false]);
    for (const path of others)
      expect([path, included.has(path), excluded.has(path)]).toEqual([path, false, true]);
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
          expect(new PathSelection({ include: [pattern] }).has(name)).toBe(
            new RegExp(`^${source}$`).test(name),
          );
        },
      ),
      { seed: 3 },
    );
  });

  it('matches other capitals only where the file system ignores them', () => {
    const include = ['CATS/{a,\u00c4}.PNG', '/DATA/dogs/*'];
    const has = (path: string, ignoresCase: boolean) =>
      new PathSelection({ include }, { ignoresCase, roots: ['/data'] }).has(path);
    for (const path of ['cats/a.png', 'Cats/a\u0308.png', 'Dogs/b.png'])
      expect([path, has(path, true), has(path, false)]).toEqual([path, true, false]);
  });

  it('leaves out paths as they are, which are no patterns', () => {
    const selection = new PathSelection({ leftOut: ['a/*.png', 'b.png'] });
    const paths = ['a/1.png', 'b.png', 'x/b.png', 'a/*.png'];
    expect(selection.filter('x', paths)).toEqual(['a/1.png', 'x/b.png']);
  });

  it('takes little time, whatever it is', () => {
    const begin = ownProcessorTime();
    expect(new PathSelection({ include: [`${'*a'.repeat(490)}b`] }).has('a'.repeat(4000))).toBe(false);
    expect(ownProcessorTime() - begin).toBeLessThan(1000);
    expect(() => new PathSelection({ include: [''] })).toThrow(/an empty pattern, expected one such as/);
    expect(() => new PathSelection({ exclude: ['a'.repeat(1001)] })).toThrow(/a pattern of 1001 characters/);
    const many = ['{a,b}'.repeat(200), `{${','.repeat(300)}}`, `{${','.repeat(100)}}${'x'.repeat(800)}`];
    for (const braces of many) {
      const begun = ownProcessorTime();
      expect(() => new PathSelection({ include: [braces] }).has('a')).toThrow(
        /got braces for too many patterns .*, expected 256 of 20000 characters in total at most/,
      );
      expect(ownProcessorTime() - begun).toBeLessThan(1000);
    }
    const begun = ownProcessorTime();
    const deep = `${'{,*a'.repeat(120)}${'}'.repeat(120)}b`;
    expect(new PathSelection({ include: [deep] }).has('a'.repeat(2000))).toBe(false);
    expect(new PathSelection({ include: ['{'.repeat(999)] }).has('a')).toBe(false);
    expect(ownProcessorTime() - begun).toBeLessThan(1000);
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

  it('is chosen by patterns in any form, which are named if they match nothing', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { ...pictures, 'c/caf\u00e9.png': greyPng(8, 4) });
    const load = async (choice: ImageChoice) => loadDataset(await parseSource(folder, '/', choice));
    const idsOf = (dataset: Dataset) => Array.from({ length: dataset.count }, (_, row) => dataset.id(row));
    const some = await load({
      include: [`${folder}/a/*`, ' ./{b,c}/{bad,cafe\u0301}.png'],
      exclude: ['a/2*'],
    });
    expect(idsOf(some)).toEqual(['a/1.png', 'b/bad.png', 'c/caf\u00e9.png']);
    expect(some.notes.filter(({ subject }) => subject !== 'values')).toEqual([
      {
        subject: 'left out',
        level: 'info',
        text: '1 of 4 images left out by what is included, excluded and left out: a/2.png',
      },
    ]);
    const half = { exclude: ['a/1.png', 'A/2.png'], leftOut: ['a/2.png', 'gone.png'] };
    const { notes } = await load(half);
    const onChoice = notes.filter(({ subject }) => subject !== 'values');
    expect(onChoice.map(({ level, text }) => `${level}: ${text}`)).toEqual([
      'info: 2 of 4 images left out by what is included, excluded and left out: a/1.png, a/2.png',
      "warning: 1 of 2 patterns to include and exclude match no image: 'A/2.png'; paths of images are such as 'a/1.png'",
      'warning: 1 of 2 images to leave out are not in the dataset: gone.png',
    ]);
    const most = { exclude: ['x', 'a/1.png', 'A/2.png'] };
    await expect(load(most)).rejects.toThrow(
      /: 2 of 3 patterns to include and exclude match no image: 'x', 'A\/2.png'; paths of images are such as 'a\/1.png'; correct them or do without$/,
    );
    // A run is read by its choice, whatever is left of its images.
    for (const rules of [1, 2] as const) {
      const source = { ...(await parseSource(folder, '/')), ...most, rules } as DatasetSource;
      expect(idsOf(await loadDataset(source))).toEqual(['a/2.png', 'b/bad.png', 'c/caf\u00e9.png']);
    }
  });

  it('is chosen by the rules 1 as it was', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { ...pictures, 'b/{x,y}.png': greyPng(8, 4), 'x.png': greyPng(8, 5) });
    const source = {
      kind: 'folder',
      uri: pathToFileURL(folder).href,
      include: ['{x,y}.png', ' a/*'],
    } as const;
    const dataset = await loadDataset({ ...source, rules: 1 });
    expect([dataset.count, dataset.id(0)]).toEqual([1, 'b/{x,y}.png']);
    expect((await loadDataset(source)).count).toBe(3);
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
