import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PlainLatents } from '../../../src/host/map/latents';
import { readRun } from '../../../src/runs/store';
import { until } from '../waiting/until';
import { execute, pictures, runFolder, workspaceFolder } from './commands';
import type { RunResult } from './commands';
import { refuses } from './refusals';

/** Trains on images whose labels a table in their folder has, and removes the run again. */
export async function trainWithLabels(): Promise<void> {
  const data = join(workspaceFolder(), 'table');
  await mkdir(data, { recursive: true });
  const images = pictures();
  for (const [i, path] of images.entries())
    for (let copy = 0; copy < 5; copy++) await copyFile(path, join(data, `${i}-${copy}.png`));
  const lines = images.map((_, i) => `${i}-0.png,digit ${i}`);
  await writeFile(join(data, 'labels.csv'), `path,label\n${lines.join('\n')}\n`);
  await writeFile(join(data, 'odd.csv'), 'colour,kind\nred,zero\n');
  const settings = { data, latent: 2, samples: 1000, set: { hidden: '8' } };
  const { runUri } = await execute<RunResult>('vae.train', { ...settings, labels: 'table/labels.csv' });
  const folder = runFolder(runUri);
  await until('the end of the training', async () => (await readRun(folder)).outcome === 'finished');
  const { source } = (await readRun(folder)).config.data;
  assert(source.kind === 'folder' && source.labels === pathToFileURL(join(data, 'labels.csv')).href);
  const { ids, labels } = await execute<PlainLatents>('vae.latents', { run: folder });
  const said = ids.map((id, i) => `${id} ${labels![i]}`).filter((text) => !text.endsWith('null'));
  assert.deepEqual(
    said.sort(),
    images.map((_, i) => `${i}-0.png digit ${i}`),
  );
  await execute('vae.deleteRun', { run: folder, confirmed: true });
  const refused = (labels: string, message: RegExp): Promise<void> =>
    refuses('vae.train', { ...settings, labels }, message);
  await refused('table/none.csv', /none\.csv: there is no such file/);
  await refused('table/odd.csv', /odd\.csv: got the header 'colour,kind', expected a column path/);
  await refuses(
    'vae.train',
    { data: 'digits', labels: 'table/labels.csv' },
    /only a folder, a \.zip or a \.tar of images/,
  );
}
