import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runsStamp, pollRuns } from '../../../src/host/runs/runs-stamp';
import { until, useFolder } from '../support';

const folder = useFolder();

it('changes when a run comes, is locked, is renamed, is unlocked or goes, and only then', async () => {
  const root = join(folder.path(), 'runs');
  const seen: string[] = [];
  const look = async (): Promise<void> =>
    void seen.push(await runsStamp([root, join(folder.path(), 'none')]));
  await look();
  await mkdir(join(root, 'a'), { recursive: true });
  await look();
  await writeFile(join(root, 'a', 'run.lock'), '');
  await look();
  await writeFile(join(root, 'a', 'metrics.jsonl'), '{}\n');
  await look();
  await writeFile(join(root, 'a', 'about.json'), '{}');
  await look();
  await rm(join(root, 'a', 'about.json'));
  await rm(join(root, 'a', 'run.lock'));
  await look();
  await rm(join(root, 'a'), { recursive: true });
  await look();
  const [none, made, locked, written, renamed, unlocked, gone] = seen;
  expect(new Set([none, made, locked, renamed]).size).toBe(4);
  expect(written).toBe(locked);
  expect(unlocked).toBe(made);
  expect(gone).toBe(none);
});

it('tells of a run that came before the first look, without a word of a watcher', async () => {
  const root = join(folder.path(), 'runs');
  let told = 0;
  const watching = pollRuns(
    () => [root],
    () => told++,
    10,
  );
  await mkdir(join(root, 'a'), { recursive: true });
  await until(() => told > 0);
  watching.dispose();
});
