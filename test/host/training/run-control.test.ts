import { afterEach, describe, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { RpcError } from '../../../src/protocol/rpc';
import type { RunState } from '../../../src/protocol/engine';
import { continueTraining, pause, stop } from '../../../src/host/training/run-control';
import type { RunEntry } from '../../../src/host/runs/runs-model';
import { remoteRun } from '../../cluster/remote-world';
import { status } from '../../support/engine-status';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
afterEach(() => {
  vi.resetAllMocks();
});

/** A run in training, and what its engine is asked for. */
function live(folder: string, state: RunState, answers: readonly (Error | undefined)[] = []) {
  const asked: string[] = [];
  const left = [...answers];
  const call = (method: string): Promise<unknown> => {
    asked.push(method);
    const error = left.shift();
    return error ? Promise.reject(error) : Promise.resolve();
  };
  return { entry: runEntry(folder, { outcome: 'running', status: status({ state }), call }), asked };
}

/** What a person may choose from; the question is answered with that run, or dismissed. */
function choose(folder: string | null): { offered: string[] } {
  const question = { offered: [] as string[] };
  vi.mocked(vscode.window.showQuickPick).mockImplementation(async (items) => {
    const entries = (await items) as unknown as { entry: RunEntry }[];
    question.offered = entries.map(({ entry }) => entry.folder);
    return entries.find(({ entry }) => entry.folder === folder) as never;
  });
  return question;
}

const slow = (): RpcError => new RpcError('cancelled', 'stop was cancelled');

describe.each([
  ['stop', stop, 'stop', ['preparing', 'training', 'paused', 'stopping']],
  ['pause', pause, 'pause', ['training']],
  ['continue', continueTraining, 'continueTraining', ['paused']],
] as const)('to %s', (_name, command, method, states) => {
  const all: RunState[] = ['preparing', 'training', 'paused', 'stopping', 'finished', 'stopped', 'failed'];

  test('the run that is named is asked, and named in the answer', async () => {
    const { entry, asked } = live('/runs/a b', states[0]);
    const { host } = windowWith([runEntry('/runs/c'), entry]);
    expect(await command(host, '/runs/a b')).toEqual({ runUri: 'file:///runs/a%20b' });
    expect(asked).toEqual([method]);
  });

  test('only runs in a state for it are offered', async () => {
    const question = choose(null);
    const entries = all.flatMap((state) => [
      live(`/runs/1-${state}`, state),
      live(`/runs/2-${state}`, state),
    ]);
    const { host } = windowWith([...entries.map(({ entry }) => entry), runEntry('/runs/ended')]);
    expect(await command(host)).toBeUndefined();
    expect(question.offered.sort()).toEqual(
      states.flatMap((state) => [`/runs/1-${state}`, `/runs/2-${state}`]).sort(),
    );
    expect(entries.flatMap(({ asked }) => asked)).toEqual([]);
  });

  test('there must be one', async () => {
    const { host } = windowWith([runEntry('/runs/ended')]);
    await expect(command(host)).rejects.toThrow('No run is being trained.');
  });

  test('an engine must train it: not none, and not one that serves it', async () => {
    const asked: string[] = [];
    const serving = runEntry('/runs/served', {
      mode: 'serve',
      call: (each) => Promise.resolve(asked.push(each)),
    });
    const { host } = windowWith([runEntry('/runs/ended'), serving]);
    for (const folder of ['/runs/ended', '/runs/served'])
      await expect(command(host, folder)).rejects.toThrow('This run is not being trained.');
    expect(asked).toEqual([]);
  });
});

test.each([pause, continueTraining])('a run on a cluster is not paused', async (command) => {
  const entry = runEntry('/runs/far', { outcome: 'running', record: { remote: remoteRun() } });
  const { host } = windowWith([entry]);
  await expect(command(host, '/runs/far')).rejects.toThrow(/^The cluster lab trains this run\..*not paused/);
});

describe('a stop', () => {
  test('is followed by a look at the folders', async () => {
    const { host, done } = windowWith([live('/runs/a', 'training').entry]);
    await stop(host);
    expect(done).toEqual(['refresh']);
  });

  test('is done where the engine ended before it could answer', async () => {
    const { entry } = live('/runs/a', 'training', [new RpcError('closed', 'gone')]);
    const { host, done } = windowWith([entry]);
    expect(await stop(host)).toEqual({ runUri: 'file:///runs/a' });
    expect(done).toEqual(['refresh']);
  });

  test('that the engine refuses is an error', async () => {
    const { entry } = live('/runs/a', 'training', [new RpcError('failed', 'the disk is full')]);
    await expect(stop(windowWith([entry]).host)).rejects.toThrow('the disk is full');
  });

  test('of an engine that does not respond is asked for again as long as a person waits', async () => {
    vi.mocked(vscode.window.showWarningMessage).mockResolvedValue('Wait' as never);
    const { entry, asked } = live('/runs/a', 'training', [slow(), slow()]);
    const { host, done } = windowWith([entry]);
    expect(await stop(host)).toEqual({ runUri: 'file:///runs/a' });
    expect(asked).toEqual(['stop', 'stop', 'stop']);
    expect(done).toEqual(['refresh']);
  });

  test('ends the process where a person wants that', async () => {
    vi.mocked(vscode.window.showWarningMessage).mockResolvedValue('End Process' as never);
    const { entry, asked } = live('/runs/a', 'training', [slow()]);
    const { host, done } = windowWith([entry]);
    expect(await stop(host)).toEqual({ runUri: 'file:///runs/a' });
    expect(asked).toEqual(['stop']);
    expect(done).toEqual(['kill /runs/a', 'refresh']);
    const [message] = vi.mocked(vscode.window.showWarningMessage).mock.calls[0]!;
    expect(message).toContain('may lose the training since the last checkpoint');
  });

  test('ends the process of an engine that never answered this window', async () => {
    vi.mocked(vscode.window.showWarningMessage).mockResolvedValue('End Process' as never);
    const frozen = runEntry('/runs/a', { outcome: 'running', responding: false });
    const { host, done } = windowWith([frozen, runEntry('/runs/ended')]);
    expect(await stop(host)).toEqual({ runUri: 'file:///runs/a' });
    expect(done).toEqual(['kill /runs/a', 'refresh']);
  });

  test('leaves an engine that does not respond alone where the question is dismissed', async () => {
    const { entry, asked } = live('/runs/a', 'training', [slow()]);
    const { host, done } = windowWith([entry]);
    expect(await stop(host)).toBeUndefined();
    expect(asked).toEqual(['stop']);
    expect(done).toEqual([]);
  });
});
