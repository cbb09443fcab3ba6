import { beforeEach, expect, test, vi } from 'vitest';
import { Emitter } from '../../../src/host/emitter';
import { AutoResume } from '../../../src/host/runs/auto-resume';
import { runNotifications } from '../../../src/host/runs/run-notifications';
import type { RunAlert } from '../../../src/host/runs/runs-model';
import { RestartLimit } from '../../../src/shared/restart-limit';
import { eventually } from '../../support/eventually';
import * as editor from '../editor';
import { memento } from '../memento';
import { runEntry } from '../window';

vi.mock('vscode', () => import('../editor'));

const FOLDER = '/runs/a';
const entry = runEntry(FOLDER);

beforeEach(() => {
  for (const shown of [
    editor.window.showErrorMessage,
    editor.window.showWarningMessage,
    editor.window.showInformationMessage,
    editor.commands.executeCommand,
  ])
    shown.mockReset().mockResolvedValue(undefined);
});

async function watched(fails?: Error, isOfSweep = false) {
  const alerts = new Emitter<RunAlert>();
  const autoResume = new AutoResume(memento(), () => true, new RestartLimit(() => 0));
  await autoResume.startedHere(FOLDER);
  const resumed: string[] = [];
  const ended: string[] = [];
  const engines = {
    kill: ({ runFolder }: { runFolder: string }) => Promise.resolve(ended.push(runFolder) && 'terminate'),
    train: (folder: string) => {
      resumed.push(folder);
      return fails ? Promise.reject(fails) : Promise.resolve({ prepared: () => Promise.resolve() });
    },
  };
  runNotifications(
    { alerted: alerts.event, refresh: () => Promise.resolve() },
    engines as unknown as Parameters<typeof runNotifications>[1],
    autoResume,
    { info: () => undefined },
    () => isOfSweep,
  );
  const alert = (change: Partial<RunAlert>): void =>
    alerts.fire({ entry, kind: 'interrupted', message: '', steps: 5, ...change });
  return { alert, resumed, ended };
}

const said = (shown: typeof editor.window.showErrorMessage): string[] =>
  shown.mock.calls.map(([text]) => String(text));

test('an engine that dies is replaced, which is said', async () => {
  const { alert, resumed } = await watched();
  alert({});
  await eventually(() => said(editor.window.showInformationMessage)).toEqual([
    'VAE: the engine process of a ended. Its training goes on from its last checkpoint.',
  ]);
  expect(resumed).toEqual([FOLDER]);
  expect(editor.window.showWarningMessage).not.toHaveBeenCalled();
});

test('a trial is left to its sweep, but for what only a person can help', async () => {
  const { alert, resumed } = await watched(undefined, true);
  alert({});
  alert({ kind: 'failed', message: 'diverged' });
  alert({ kind: 'out-of-memory', message: 'a lot' });
  alert({ kind: 'paused', message: 'the disk is full' });
  await eventually(() => said(editor.window.showWarningMessage)).toEqual([
    'VAE: the training of a is paused: the disk is full',
  ]);
  expect(resumed).toEqual([]);
  expect(editor.window.showErrorMessage).not.toHaveBeenCalled();
});

test('after three times it is offered only', async () => {
  const { alert, resumed } = await watched();
  for (let i = 0; i < 4; i++) alert({});
  await eventually(() => said(editor.window.showWarningMessage)).toEqual([
    'VAE: the engine process of a ended 4 times within minutes. Its training is not resumed again.',
  ]);
  expect(resumed).toHaveLength(3);
});

test('without progress it is offered, and Resume resumes', async () => {
  editor.window.showWarningMessage.mockResolvedValue('Resume');
  const { alert, resumed } = await watched();
  alert({ steps: 0 });
  await eventually(() => editor.commands.executeCommand.mock.calls).toEqual([['vae.resume', FOLDER]]);
  expect(said(editor.window.showWarningMessage)[0]).toContain('was interrupted');
  expect(resumed).toEqual([]);
});

test('a resume that fails says why and is offered', async () => {
  const { alert } = await watched(new Error('the dataset is away'));
  alert({});
  await eventually(() => said(editor.window.showWarningMessage)).toEqual([
    'VAE: the engine process of a ended, and its training could not be resumed: the dataset is away',
  ]);
  expect(editor.window.showInformationMessage).not.toHaveBeenCalled();
});

test('a failure is an error, a pause a warning; both lead to the log', async () => {
  editor.window.showErrorMessage.mockResolvedValue('Show Log');
  const { alert } = await watched();
  alert({ kind: 'failed', message: 'no images' });
  alert({ kind: 'paused', message: 'the disk is full' });
  await eventually(() => editor.commands.executeCommand.mock.calls).toEqual([['vae.showLog', FOLDER]]);
  expect(said(editor.window.showErrorMessage)).toEqual(['VAE: the training of a failed: no images']);
  expect(said(editor.window.showWarningMessage)).toEqual([
    'VAE: the training of a is paused: the disk is full',
  ]);
});

test('an engine that does not respond is waited for, or ended, as the user says', async () => {
  const { alert, ended } = await watched();
  editor.window.showWarningMessage.mockResolvedValueOnce('Wait');
  alert({ kind: 'silent' });
  await eventually(() => editor.window.showWarningMessage.mock.calls).toEqual([
    [
      'VAE: the engine of a does not respond. Ending its process may lose the training since the last checkpoint.',
      'Wait',
      'End Process',
    ],
  ]);
  expect(ended).toEqual([]);
  editor.window.showWarningMessage.mockResolvedValueOnce('End Process');
  await eventually(() => {
    if (ended.length === 0) alert({ kind: 'silent' });
    return said(editor.window.showInformationMessage);
  }).toEqual(['VAE: the engine of a has stopped at a checkpoint.']);
  expect(ended).toEqual([FOLDER]);
});
