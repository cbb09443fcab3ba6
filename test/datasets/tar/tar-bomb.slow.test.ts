import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { loadProgram } from '../../faults/load-program';
import { temporaryFolder, writeFiles } from '../fixtures';

it('an archive in gzip that expands to far more than it is, is refused in bounded memory, and leaves nothing behind', async () => {
  const folder = await temporaryFolder();
  // Many members of gzip, each of 100 MB of zeros.
  const member = gzipSync(Buffer.alloc(100e6), { level: 9 });
  const header = Buffer.alloc(512);
  header.write('a.png');
  header.write('77777777777', 124);
  header[156] = 0x30;
  header.fill(0x20, 148, 156);
  header.write(
    `${header
      .reduce((a, b) => a + b)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  await writeFiles(folder, {
    'a.tgz': Buffer.concat([gzipSync(header), ...new Array<Buffer>(30).fill(member)]),
  });
  const load = await loadProgram();
  const cache = await temporaryFolder();
  const { error, grown } = await load('tar', join(folder, 'a.tgz'), { cache });
  expect(error).toMatch(
    /^a.tgz: \d+ bytes expand to over \d+ bytes, limit 68719476736 and 200 times its size/,
  );
  expect(grown).toBeLessThan(300e6);
  expect(await readdir(join(cache, 'unpacked'))).toEqual([]);
});
