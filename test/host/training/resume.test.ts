import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { NotAllowedError } from '../../../src/host/trust';
import { resume } from '../../../src/host/training/resume';
import type { RunEntry } from '../../../src/host/runs/runs-model';
import { ImagesChangedError, ImagesUnknownError } from '../../../src/runs/image-changes';
import { status } from '../../support/engine-status';
import * as editor from '../editor';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
beforeEach(() => {
  editor.workspace.isTrusted = true;
});
afterEach(() => {
  vi.resetAllMocks();
});

describe('a resume', () => {
  const entries = (['stopped', 'failed', 'interrupted', 'finished', 'running'] as const).map((outcome) =>
    runEntry(`/runs/${outcome}`, { outcome }),
  );

  test('offers the runs that ended before their time', async () => {
    let offered: string[] = [];
    vi.mocked(vscode.window.showQuickPick).mockImplementation(async (items) => {
      offered = ((await items) as unknown as { entry: RunEntry }[]).map(({ entry }) => entry.folder);
      return undefined;
    });
    const paused = runEntry('/runs/live', { outcome: 'running', status: status({ state: 'paused' }) });
    // Its engine tells more than its folder.
    const again = runEntry('/runs/again', { outcome: 'stopped', status: status() });
    const { host, done } = windowWith([...entries, paused, again, runEntry('/runs/new', { outcome: null })]);
    expect(await resume(host)).toBeUndefined();
    expect(offered).toEqual(['/runs/stopped', '/runs/failed', '/runs/interrupted']);
    expect(done).toEqual([]);
  });

  test('shows the run, trains it, and waits until it is prepared', async () => {
    const { host, done } = windowWith(entries);
    expect(await resume(host, '/runs/failed')).toEqual({ runUri: 'file:///runs/failed' });
    expect(done).toEqual([
      'choose /runs/failed',
      'show explorer {"tab":"train"}',
      'train /runs/failed',
      'prepared',
      'refresh',
    ]);
  });

  test('may have another learning rate, which is a positive number; menus pass other things', async () => {
    const { host, done } = windowWith(entries);
    await resume(host, '/runs/failed', 0.001);
    await resume(host, '/runs/failed', [{ selected: true }]);
    expect(done.filter((step) => step.startsWith('train'))).toEqual([
      'train /runs/failed {"learningRate":0.001}',
      'train /runs/failed',
    ]);
    for (const wrong of [0, -1, NaN, Infinity])
      await expect(resume(host, '/runs/failed', wrong)).rejects.toThrow('expected a positive number');
  });

  test('needs a run', async () => {
    const { host } = windowWith([runEntry('/runs/finished')]);
    await expect(resume(host)).rejects.toThrow('No run can be resumed: none was stopped or interrupted.');
  });

  test('needs a trusted workspace', async () => {
    editor.workspace.isTrusted = false;
    const { host, done } = windowWith(entries);
    await expect(resume(host, '/runs/failed')).rejects.toThrow(NotAllowedError);
    expect(done).toEqual([]);
  });
});

describe('a resume of a run whose images have changed', () => {
  const changed = new ImagesChangedError('1 of 40 images is missing (a.png)').message;
  const away = new ImagesUnknownError('/photos: not found').message;
  const failed = runEntry('/runs/failed', { outcome: 'failed' });
  const train = 'train /runs/failed';

  /** Answers the question with one of its buttons. */
  function answer(button: string | undefined): { said: () => string; offered: () => string[] } {
    const shown = vi.mocked(vscode.window.showWarningMessage).mockResolvedValueOnce(button as never);
    const call = () => shown.mock.calls[0] as unknown as string[];
    return { said: () => call()[0]!, offered: () => call().slice(1) };
  }

  test('asks, and goes on without them', async () => {
    const question = answer('Go On Without Them');
    const { host, done } = windowWith([failed], undefined, [changed]);
    expect(await resume(host, '/runs/failed', 0.5)).toEqual({ runUri: 'file:///runs/failed' });
    // Without the options of the command line.
    expect(question.said()).toBe(
      'VAE: the run is not resumed. The images of this run are not those that it was started on: 1 of 40 images is missing (a.png).',
    );
    expect(question.offered()).toEqual(['Go On Without Them', 'Locate Images…', 'Show Log']);
    expect(done.filter((step) => step.startsWith('train'))).toEqual([
      `${train} {"learningRate":0.5}`,
      `${train} {"learningRate":0.5,"skipChanged":true}`,
    ]);
  });

  test('goes on with the place that is named; without the images it cannot', async () => {
    const photos = await mkdtemp(join(tmpdir(), 'vae-photos-'));
    onTestFinished(() => rm(photos, { recursive: true }));
    await mkdir(join(photos, 'in'));
    await writeFile(join(photos, 'a.png'), '');
    const question = answer('Locate Images…');
    vi.mocked(vscode.window.showOpenDialog).mockResolvedValue([vscode.Uri.file(photos)]);
    const { host, done } = windowWith([failed], undefined, [away]);
    await resume(host, '/runs/failed');
    expect(question.offered()).toEqual(['Locate Images…', 'Show Log']);
    expect(done.filter((step) => step.startsWith('train'))).toEqual([
      train,
      `${train} ${JSON.stringify({ data: { kind: 'folder', uri: pathToFileURL(photos).href } })}`,
    ]);
  });

  test.each([undefined, 'Show Log', 'Locate Images…'])('stops where the answer is %s', async (button) => {
    answer(button);
    const { host, done } = windowWith([failed], undefined, [changed]);
    expect(await resume(host, '/runs/failed')).toBeUndefined();
    expect(done.filter((step) => step.startsWith('train'))).toEqual([train]);
  });

  test('is asked again if the named images are others, too', async () => {
    answer('Go On Without Them');
    answer(undefined);
    const { host, done } = windowWith([failed], undefined, [changed, away]);
    expect(await resume(host, '/runs/failed')).toBeUndefined();
    expect(done.filter((step) => step.startsWith('train'))).toHaveLength(2);
  });

  test('fails with the message for a program, which chooses by its argument', async () => {
    const { host, done } = windowWith([failed], undefined, [changed]);
    await expect(resume(host, { run: '/runs/failed' })).rejects.toThrow(changed);
    await resume(host, { run: '/runs/failed', skipChanged: true });
    expect(done).toContain(`${train} {"skipChanged":true}`);
    expect(vscode.window.showWarningMessage).not.toHaveBeenCalled();
    await expect(resume(host, { run: '/runs/failed', skipChanged: 'yes' })).rejects.toThrow('true or false');
    await expect(resume(host, { run: '/runs/failed', data: 7 })).rejects.toThrow('expected a path');
  });

  test('that fails for another reason is an error', async () => {
    const { host } = windowWith([failed], undefined, ['the engine process ended']);
    await expect(resume(host, '/runs/failed')).rejects.toThrow('the engine process ended');
    expect(vscode.window.showWarningMessage).not.toHaveBeenCalled();
  });
});
