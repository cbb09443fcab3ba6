import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvLabels } from '../../../src/datasets/labels/csv-labels';
import { findSeparator, parseCsv } from '../../../src/datasets/labels/csv';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import { datasetColumns } from '../../../src/datasets/labels/metadata-columns';
import { greyPng, temporaryFolder, writeFiles } from '../fixtures';

/** Written by Python; beside them lies what made them. */
const TABLES = join(__dirname, '../../fixtures/tables');
const WORDS: Readonly<Record<string, readonly string[]>> = {
  western: ['Grün', 'Café', 'Ærø', 'Straße'],
  russian: ['Кошка', 'собака', 'Ёж', 'ПТИЦА'],
  japanese: ['ねこ', 'イヌ', 'とり', 'さかな'],
  korean: ['고양이', '개', '새', '물고기'],
  chinese: ['猫', '狗', '鸟', '金鱼'],
  traditional: ['貓', '狗', '鳥', '金魚'],
};
const PATHS = ['1.png', '2.png', '3.png', '4.png'];

async function labelsOf(text: string | Uint8Array, paths: readonly string[], rules?: 1 | 2) {
  const path = join(await temporaryFolder(), 't.csv');
  await writeFile(path, text);
  const { labels, notes } = await csvLabels(path, paths, rules);
  const found = labels && Array.from(labels.values, (value) => labels.names[value] ?? null);
  return {
    found,
    names: labels?.names,
    notes: notes.map(({ text: note }) => note),
    levels: notes.map(({ level }) => level),
  };
}

describe('the encoding of a table', () => {
  it.each(readdirSync(TABLES).filter((file) => /^(?!names).*csv$/.test(file)))(
    'of %s is found',
    async (file) => {
      const { labels, notes } = await csvLabels(join(TABLES, file), PATHS);
      expect(Array.from(labels!.values, (value) => labels!.names[value])).toEqual(WORDS[file.split('.')[0]!]);
      const isMarked = /utf/.test(file);
      expect(notes.some(({ text }) => /not UTF-8, read as/.test(text))).toBe(!isMarked);
    },
  );

  it('is the one in which it names images', async () => {
    const names = ['γάτα', 'σκύλος', 'πουλί', 'ψάρι'].map((word) => `${word}.png`);
    const { labels, notes } = await csvLabels(join(TABLES, 'names.cp1253.csv'), names);
    expect([...labels!.values]).toEqual([0, 1, 2, 3]);
    expect(notes.map(({ text }) => text)).toContainEqual(expect.stringContaining('windows-1253 (Greek)'));
  });

  it('of UTF-32 is refused; UTF-16 may lack its mark', async () => {
    const wide = Buffer.from('path,label\n1.png,x\n', 'utf16le');
    expect((await labelsOf(wide, PATHS)).found).toEqual(['x', null, null, null]);
    await expect(labelsOf(Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), PATHS)).rejects.toThrow(
      't.csv: text in UTF-32, expected UTF-8 or UTF-16; save it as UTF-8',
    );
  });
});

describe('the separator of a table', () => {
  it.each([
    [',', 'path,label\na,1\n'],
    [';', 'path;label\n"a;b";"1,5"\n'],
    [';', '"path";"a, b, c";label\nx;1,5;y\n'],
    ['\t', 'path\tlabel\tnote\na\t1\tone, two\n'],
    ['|', 'path|label\na,b|1\n'],
    ['|', 'path|label, if any\na|1\n'],
    [',', 'path\na.png\n'],
    [',', 'path,"the ""label"""\na,1\n'],
  ])('is %j in %j', (separator, text) => {
    expect(findSeparator(text)).toBe(separator);
  });

  it('may be named in the first line, as spreadsheets do', () => {
    expect(parseCsv('sep=;\r\npath;label\r\na;b,c\r\n')).toEqual([
      ['path', 'label'],
      ['a', 'b,c'],
    ]);
  });
});

describe('the columns of a table', () => {
  it.each([
    ['Image Id,Class Name\n1,x\n2,y\n', ['x', 'y', null, null]],
    ['label;img\nx;1.png\ny;3.png\n', ['x', null, 'y', null]],
    ['number,file path,label\n9,./1.png,x\n8,2.png,y\n', ['x', 'y', null, null]],
    // By their values alone.
    ['number,photo of the cat,label\n9,1.png,x\n8,2.png,y\n', ['x', 'y', null, null]],
    // A name that others use for something else: the values decide.
    ['id,picture,label\n77,1.png,x\n78,4.png,y\n', ['x', null, null, 'y']],
    // Without a header.
    ['1.png,x\n2.png,y\n', ['x', 'y', null, null]],
    ['x;1.png\ny;2.png\n', ['x', 'y', null, null]],
    ['3.png\tx\n', [null, null, 'x', null]],
  ])('of %j are found', async (text, expected) => {
    expect((await labelsOf(text, PATHS)).found).toEqual(expected);
  });

  it('may name files without folders, or without suffixes, but not one of two of the same name', async () => {
    const paths = ['a/1.png', 'a/2.png', 'b/2.png', 'b/3.jpg'];
    const { found, notes } = await labelsOf('file,label\n1.png,x\n2.png,y\n3.jpg,z\n', paths);
    expect(found).toEqual(['x', null, null, 'z']);
    expect(notes).toEqual([
      "t.csv: column 'file' for the images (by file name), column 'label' for the labels",
      't.csv: 1 line (2.png) for no image of the dataset',
      't.csv: 2 images (a/2.png, b/2.png) without a line',
    ]);
    expect((await labelsOf('file,label\n1,x\n3,z\n', paths)).found).toEqual(['x', null, null, 'z']);
    expect((await labelsOf('file,label\na/1,x\nb/2,z\n', paths)).found).toEqual(['x', null, 'z', null]);
  });

  it('need no labels: the others describe the images', async () => {
    const { found, notes, levels } = await labelsOf('path,age\n1.png,5\n', PATHS);
    expect(found).toBeUndefined();
    expect(notes[1]).toBe(
      't.csv: none of its columns is called label, class, target or category, so it has no labels; rename one',
    );
    expect(levels[1]).toBe('warning');
  });

  it('of numbers are in their order, of texts in that of code units', async () => {
    expect((await labelsOf('path,label\n1.png,10\n2.png,9\n3.png,-1\n', PATHS)).names).toEqual([
      '-1',
      '9',
      '10',
    ]);
    expect((await labelsOf('path,label\n1.png,10\n2.png,9\n3.png,b\n', PATHS)).names).toEqual([
      '10',
      '9',
      'b',
    ]);
  });
});

it('lines for no image, images without a line or label, and contradictions are counted with examples', async () => {
  const text = 'path,label\n1.png,x\n1.png,y\n2.png,\nno.png,x\n8.png,x\n9.png,x\n10.png,x\n';
  const { found, notes } = await labelsOf(text, PATHS);
  expect(found).toEqual(['y', null, null, null]);
  expect(notes.slice(1)).toEqual([
    't.csv: 4 lines (no.png, 8.png, 9.png and 1 more) for no image of the dataset',
    't.csv: 2 images (3.png, 4.png) without a line',
    't.csv: 1 image with an empty label',
    't.csv: 1 image (1.png) on several lines with different labels; the last one counts',
  ]);
});

it('a table that names no image says what it names', async () => {
  await expect(labelsOf('path,label\nx.png,1\n', PATHS)).rejects.toThrow(
    "t.csv: no line names an image: got 'x.png', expected paths such as '1.png', relative to the folder of the images",
  );
  await expect(labelsOf('a,b\n5,6\n', PATHS)).rejects.toThrow(
    "t.csv: got the header 'a,b', expected a column path, file, filename, file_name, image, id, or one with paths such as '1.png'",
  );
});

it('by the rules 1 a table is read as it was', async () => {
  const latin = Buffer.from('path,label\n1.png,Grün\n', 'latin1');
  expect((await labelsOf(latin, PATHS, 1)).names).toEqual(['Gr\ufffdn']);
  // The column that is called so, not the one that fits.
  await expect(labelsOf('id,picture,label\n77,1.png,x\n', PATHS, 1)).rejects.toThrow(
    /no line names an image: got '77'/,
  );
  // The path alone, not the name of the file.
  const table = 'path,label\n2.png,x\na/1.png,y\n';
  expect((await labelsOf(table, ['a/1.png', 'a/2.png'], 1)).found).toEqual(['y', null]);
  // What was an error then is not.
  expect((await labelsOf('1.png|x\n', PATHS, 1)).found).toEqual(['x', null, null, null]);
});

it('a table may name images by absolute paths, ./, other compositions of Unicode and backslashes', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, {
    'a/1.png': greyPng(8, 1),
    'b/1.png': greyPng(8, 2),
    'b/caf\u00e9.png': greyPng(8, 3),
    'b/2.png': greyPng(8, 4),
    'labels.csv': `\ufeffpath,label,age\n${folder}/a/1.png,x,1\n ./b/1.png ,y,2\nb/cafe\u0301.png,z,3\nb\\2.png,w,4\n`,
  });
  const source = await parseSource(folder, '/', { labels: join(folder, 'labels.csv') });
  const dataset = await loadDataset(source);
  const ids = Array.from({ length: dataset.count }, (_, i) => dataset.id(i));
  expect(ids.map((_, i) => dataset.labels!.names[dataset.labels!.values[i]!])).toEqual(['x', 'y', 'w', 'z']);
  const [age] = await datasetColumns(dataset.source, ids);
  expect([...age!.values(ids)]).toEqual([1, 2, 4, 3]);
});
