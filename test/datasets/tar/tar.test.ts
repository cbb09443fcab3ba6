import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasetSource } from '../../../src/datasets/dataset';
import { inspectDataset } from '../../../src/datasets/inspect';
import { datasetColumns } from '../../../src/datasets/labels/metadata-columns';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import type { LoadOptions } from '../../../src/datasets/load';
import { parsePax } from '../../../src/datasets/tar/tar-header';
import { DataError } from '../../../src/images/data-error';
import { greyPng, temporaryFolder, writeFiles } from '../fixtures';

/** Written by Python's tarfile and GNU tar; beside them lies what made them. */
const FIXTURES = join(__dirname, '../../fixtures/tar');
const LONG = `cat/${'a'.repeat(90)}/${'b'.repeat(90)}/${'c'.repeat(90)}é.png`;

const sourceOf = (path: string, choice: object = {}): DatasetSource => ({
  kind: 'tar',
  uri: pathToFileURL(path).href,
  ...choice,
});

async function load(path: string, choice: object = {}, options?: LoadOptions) {
  const dataset = await loadDataset(sourceOf(path, choice), options);
  const { labels, images, count } = dataset;
  return {
    ...dataset,
    ids: Array.from({ length: count }, (_, i) => dataset.id(i)),
    greys: Array.from({ length: count }, (_, i) => images.resident![64 * i]),
    classes: labels && Array.from(labels.values, (value) => labels.names[value] ?? null),
    texts: dataset.notes.filter(({ subject }) => subject !== 'values').map(({ text }) => text),
    reasons: dataset.skipped.map(({ path, reason }) => [path, reason]),
  };
}

/** An archive of headers and contents by hand. */
function tar(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function entry(
  path: string,
  content: Uint8Array,
  change: (header: Buffer) => void = () => undefined,
): Buffer {
  const header = Buffer.alloc(512);
  header.write(path);
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header[156] = 0x30;
  header.write('ustar\0' + '00', 257);
  change(header);
  header.fill(0x20, 148, 156);
  const sum = header.reduce((a, b) => a + b);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

describe('a tape archive', () => {
  it.each(['gnu.tar', 'pax.tar'])(
    '%s is read with its folders as labels and its long names',
    async (name) => {
      const dataset = await load(join(FIXTURES, name));
      expect(dataset.ids).toEqual([
        `${name}#cat/1.png`,
        `${name}#cat/2.png`,
        `${name}#${LONG}`,
        `${name}#dog/ü.png`,
      ]);
      expect(dataset.greys).toEqual([10, 20, 40, 30]);
      expect(dataset.classes).toEqual(['cat', 'cat', 'cat', 'dog']);
      expect([dataset.name, dataset.reasons, dataset.texts]).toEqual([name.slice(0, 3), [], []]);
    },
  );

  it('in gzip is read once, and leaves nothing behind', async () => {
    const cache = await temporaryFolder();
    const dataset = await load(join(FIXTURES, 'ustar.tar.gz'), {}, { cache });
    expect([dataset.name, dataset.greys]).toEqual(['ustar', [10, 20, 40, 30]]);
    expect(dataset.ids[2]).toBe(`ustar.tar.gz#dog/${'d'.repeat(60)}/${'d'.repeat(60)}/x.png`);
    expect(await readdir(join(cache, 'unpacked'))).toEqual([]);
    const made = await load(join(FIXTURES, 'gnu-tar.tgz'), {}, { cache: undefined });
    expect(made.ids).toEqual([0, 1, 2].map((i) => `gnu-tar.tgz#cat/${i}.png`));
  });

  it('is found by its content', async () => {
    for (const name of ['gnu.tar', 'ustar.tar.gz', 'gnu-tar.tgz']) {
      const folder = await temporaryFolder();
      await copyFile(join(FIXTURES, name), join(folder, 'archive'));
      expect(await parseSource('archive', folder)).toEqual(sourceOf(join(folder, 'archive')));
    }
  });

  it('is chosen from and labelled like a folder', async () => {
    const path = join(FIXTURES, 'gnu.tar');
    expect((await load(path, { include: ['cat/*.png'], leftOut: ['gnu.tar#cat/1.png'] })).ids).toEqual([
      'gnu.tar#cat/2.png',
    ]);
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'l.csv': 'path,label,weight\ncat/1.png,x,5\n' });
    const labels = pathToFileURL(join(folder, 'l.csv')).href;
    expect((await load(path, { labels })).classes).toEqual(['x', null, null, null]);
    const [weight] = await datasetColumns(sourceOf(path, { labels }), ['gnu.tar#cat/1.png']);
    expect([...weight!.values(['gnu.tar#cat/1.png'])]).toEqual([5]);
  });

  it('is described with the sizes of its images', async () => {
    const { originals, labels } = await inspectDataset(sourceOf(join(FIXTURES, 'gnu-tar.tgz')));
    expect(originals).toEqual({ sizes: [{ width: 8, height: 8, count: 3 }], looked: 3, coloured: 0 });
    expect(labels).toEqual([{ name: 'cat', count: 3 }]);
  });

  it('lists links, devices, paths outside of it and repeated names; nothing is written anywhere', async () => {
    const { ids, greys, reasons } = await load(join(FIXTURES, 'odd.tar'));
    expect(ids).toEqual(['odd.tar#absolute.png', 'odd.tar#cat/1.png']);
    // The last of a name, as if it was extracted.
    expect(greys).toEqual([12, 99]);
    const none = 'whose content is not in its entry';
    expect(reasons).toEqual([
      ['odd.tar#../outside.png', "a path outside of the archive, with '..'"],
      ['odd.tar#link.png', `a symbolic link to /etc/passwd, ${none}`],
      ['odd.tar#hard.png', `a hard link to cat/1.png, ${none}`],
      ['odd.tar#device.png', `a device, ${none}`],
      ['odd.tar#pipe.png', `a pipe, ${none}`],
      ['odd.tar#cat/1.png', 'an earlier entry of the same name'],
    ]);
  });

  it.each(['sparse-gnu.tar', 'sparse-pax.tar'])('%s is read without its sparse file', async (name) => {
    const { ids, reasons, texts } = await load(join(FIXTURES, name));
    expect(ids).toEqual([0, 1, 2].map((i) => `${name}#cat/${i}.png`));
    expect(reasons).toEqual([[`${name}#hole.png`, 'a sparse file: archive it without --sparse']]);
    expect(texts).toEqual([]);
  });

  it('that is cut or broken is read up to there, and says so', async () => {
    const folder = await temporaryFolder();
    const whole = await readFile(join(FIXTURES, 'gnu.tar'));
    const images = [entry('1.png', greyPng(8, 1)), entry('2.png', greyPng(8, 2))];
    const noise = Buffer.alloc(512, 7);
    await writeFiles(folder, {
      'cut.tar': whole.subarray(0, 512 + 512 + 512 + 20),
      'noise.tar': Buffer.concat([...images, noise, noise]),
      'open.tar': Buffer.concat(images),
      'nothing.tar': noise,
      'cut.tgz': gzipSync(whole).subarray(0, 100),
    });
    const cut = await load(join(folder, 'cut.tar'));
    expect(cut.ids).toEqual(['cut.tar#cat/1.png']);
    expect(cut.reasons).toEqual([['cut.tar#cat/2.png', 'truncated: the archive ends in it']]);
    expect(cut.texts).toEqual([
      'cut.tar: it is truncated: its 1556 bytes end in cat/2.png; what precedes it is used',
    ]);
    expect((await load(join(folder, 'noise.tar'))).texts).toEqual([
      'noise.tar: no header at byte 2048: broken from there on; what precedes it is used',
    ]);
    expect((await load(join(folder, 'open.tar'))).texts[0]).toMatch(/it ends without the two empty blocks/);
    await expect(load(join(folder, 'nothing.tar'))).rejects.toThrow(
      'nothing.tar: not a tape archive: its first block is not a header',
    );
    await expect(load(join(folder, 'cut.tgz'))).rejects.toThrow(
      'cut.tgz: truncated: the gzip data ends early',
    );
  });

  it('may have sizes in base 256, and is refused for those that are none', async () => {
    const folder = await temporaryFolder();
    const image = greyPng(8, 5);
    const binary = (header: Buffer) => {
      header.fill(0, 124, 136);
      header[124] = 0x80;
      header.writeUInt32BE(image.length, 132);
    };
    const huge = (header: Buffer) => header.fill(0xff, 125, 136) && header.fill(0x80, 124, 125);
    await writeFiles(folder, {
      'a.tar': tar(entry('a.png', image, binary)),
      'b.tar': tar(entry('b.png', image, huge)),
      'c.tar': tar(entry('c.png', image, (header) => void header.write('9'.repeat(11), 124))),
      // 8 GiB and more that the file does not have.
      'd.tar': tar(
        entry('c.png', image),
        entry('d.png', image, (header) => void header.write('77777777777', 124)),
      ),
      'e.tar': tar(
        entry('././@LongLink', image, (header) => {
          header[156] = 0x4c;
          header.write('77777777777', 124);
        }),
      ),
    });
    expect((await load(join(folder, 'a.tar'))).greys).toEqual([5]);
    for (const name of ['b', 'c']) {
      await expect(load(join(folder, `${name}.tar`))).rejects.toThrow(
        `${name}.tar: at byte 0: broken: a size that is not a number`,
      );
    }
    const cut = await load(join(folder, 'd.tar'));
    expect([cut.ids, cut.reasons]).toEqual([
      ['d.tar#c.png'],
      [['d.tar#d.png', 'truncated: the archive ends in it']],
    ]);
    await expect(load(join(folder, 'e.tar'))).rejects.toThrow(
      'e.tar: broken: a name of 8589934591 bytes, expected 1048576 at most',
    );
  });

  it('may say any number of things that are not used: they are not kept', () => {
    const record = (text: string): string => `${text.length + 4} ${text}\n`;
    const others = Array.from({ length: 40_000 }, (_, i) => record(`SCHILY.xattr.${1_000_000 + i}=x`));
    const sparse = Array.from({ length: 1000 }, (_, i) => record(`GNU.sparse.offset=${1_000_000 + i}`));
    const used = [record('path=a/b.png'), record('size=1234')];
    const records = parsePax(Buffer.from([...others, ...sparse, ...used].join('')));
    expect(records.size).toBe(3);
    expect([records.get('path'), records.get('size')]).toEqual(['a/b.png', '1234']);
    expect([...records.keys()].some((key) => key.startsWith('GNU.sparse.'))).toBe(true);
  });

  it('with some bytes changed is read or refused', async () => {
    const path = join(await temporaryFolder(), 'a.tar');
    const whole = await readFile(join(FIXTURES, 'pax.tar'));
    const changes = fc.array(fc.tuple(fc.nat(5000), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(changes, fc.option(fc.nat(5000), { nil: undefined }), async (bytes, cut) => {
        const changed = Uint8Array.from(whole.subarray(0, cut === undefined ? whole.length : cut));
        for (const [at, value] of bytes) changed[at % Math.max(1, changed.length)] = value;
        await writeFiles(join(path, '..'), { 'a.tar': changed });
        await loadDataset(sourceOf(path)).catch((error: unknown) => {
          if (!(error instanceof DataError)) throw error;
        });
      }),
      { numRuns: 150, seed: 5, endOnFailure: true },
    );
  });
});

describe('shards of WebDataset', () => {
  it('in a folder, or by a range of numbers, are one dataset with the labels beside the images', async () => {
    const folder = await temporaryFolder();
    for (const name of ['shard-000.tar', 'shard-001.tar'])
      await copyFile(join(FIXTURES, name), join(folder, name));
    const range = join(folder, 'shard-{000..001}.tar');
    for (const [text, path] of [
      ['.', folder],
      ['shard-{000..001}.tar', range],
    ] as const) {
      const source = await parseSource(text, folder);
      expect(source).toEqual(sourceOf(path));
      const dataset = await load(path);
      expect(dataset.ids).toEqual([
        ...[0, 1, 2].map((i) => `shard-000.tar#00000${i}.png`),
        'shard-001.tar#000003.png',
        'shard-001.tar#000004.jpg.png',
      ]);
      expect(dataset.classes).toEqual(['9', '10', '9', '10', '9']);
      // In the order of numbers.
      expect(dataset.labels!.names).toEqual(['9', '10']);
      expect(dataset.texts).toEqual(['the labels are those of the files .cls or .json beside the images']);
    }
    expect((await load(range)).name).toBe('shard');
    await expect(parseSource('shard-{000..002}.tar', folder)).rejects.toThrow(
      /shard-002.tar: not found.*; expected each file of shard-\{000..002\}.tar/,
    );
    await expect(parseSource('shard-{5..2}.tar', folder)).rejects.toThrow(
      /got the range \{5..2\}, expected one of up to/,
    );
  });

  it('without classes say what the texts are, and which samples have several images', async () => {
    const folder = await temporaryFolder();
    const text = Buffer.from('a photo of a cat');
    await writeFiles(folder, {
      'a.tar': tar(
        entry('0.png', greyPng(8, 1)),
        entry('0.txt', text),
        entry('1.png', greyPng(8, 2)),
        entry('1.txt', text),
      ),
      'b.tar': tar(
        entry('0.png', greyPng(8, 1)),
        entry('0.seg.png', greyPng(8, 3)),
        entry('0.cls', Buffer.from('cat')),
      ),
      'c.tar': tar(
        entry('0.png', greyPng(8, 1)),
        entry('0.json', Buffer.from('{"label": "cat"}')),
        entry('1.png', greyPng(8, 1)),
        entry('1.json', Buffer.from(`{"label": "${'x'.repeat(60_000)}"}`)),
      ),
    });
    expect((await load(join(folder, 'a.tar'))).texts).toEqual([
      '2 texts (.txt) beside the images are not read: they are captions rather than labels',
    ]);
    const several = await load(join(folder, 'b.tar'));
    expect(several.texts[0]).toBe(
      'b.tar: 1 more images of samples that have one already, such as 0.seg.png; all are used, unless patterns exclude some',
    );
    expect((await load(join(folder, 'b.tar'), { exclude: ['*.seg.png'] })).ids).toEqual(['b.tar#0.png']);
    const json = await load(join(folder, 'c.tar'));
    expect([json.classes, json.texts]).toEqual([
      ['cat', null],
      ['the labels are those of the files .cls or .json beside the images; 1 of 2 images have none'],
    ]);
  });

  it('of which one is broken are read without it', async () => {
    const folder = await temporaryFolder();
    for (const name of ['shard-000.tar', 'shard-001.tar'])
      await copyFile(join(FIXTURES, name), join(folder, name));
    await writeFiles(folder, { 'shard-002.tar': 'nothing' });
    const { count, reasons } = await load(folder);
    expect([count, reasons[0]![0]]).toEqual([5, 'shard-002.tar']);
    await writeFiles(folder, { 'shard-003.tar': 'nothing', 'shard-004.tar': '' });
    await expect(load(folder)).rejects.toThrow(/3 of 5 archives cannot be read, expected at most half/);
  });
});
