/** Where an export goes, and what is not replaced there. */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../../src/cli/exit';
import { ExportFolder } from '../../src/cli/export-folder';
import { exportedNames } from '../../src/domain/export-formats';
import { useFolder } from '../host/support';

const folder = useFolder();
const at = (...names: string[]): string => join(folder.path(), ...names);
const signal = new AbortController().signal;
const PYTORCH = exportedNames({ format: 'pytorch', table: 'parquet' });

test('files of a folder that a person names are not replaced unasked, and are named', async () => {
  await mkdir(at('mine'));
  const named = await ExportFolder.of(at('run'), 'mine', folder.path());
  await named.refuseOlder(PYTORCH);
  await writeFile(at('mine', 'model.py'), 'mine');
  await writeFile(at('mine', 'other.py'), '');
  await expect(named.refuseOlder(PYTORCH)).rejects.toMatchObject({
    exitCode: EXIT.badInput,
    message: `${at('mine', 'model.py')} is there already; choose another folder, or replace it with --overwrite`,
  });
  await writeFile(at('mine', 'model.safetensors'), '');
  await expect(named.refuseOlder(PYTORCH)).rejects.toThrow('model.safetensors are there already');
});

test('what an earlier export left in the folder of the run is replaced', async () => {
  await mkdir(at('run', 'export'), { recursive: true });
  await writeFile(at('run', 'export', 'model.py'), 'older');
  const own = await ExportFolder.of(at('run'), undefined, folder.path());
  await own.refuseOlder(PYTORCH);
  await own.write([{ name: 'model.py', content: 'newer' }], signal);
  expect(await readFile(at('run', 'export', 'model.py'), 'utf8')).toBe('newer');
});

test('a file in the place of a folder is refused as wrong input, and nothing is written', async () => {
  await mkdir(at('mine'));
  await writeFile(at('mine', 'tfjs'), 'mine');
  const named = await ExportFolder.of(at('run'), 'mine', folder.path());
  const files = ['a.json', 'tfjs/encoder/model.json'].map((name) => ({ name, content: 'x' }));
  await expect(named.write(files, signal)).rejects.toMatchObject({ exitCode: EXIT.badInput });
  expect(await readdir(at('mine'))).toEqual(['tfjs']);
  expect(await readFile(at('mine', 'tfjs'), 'utf8')).toBe('mine');
});
