import { beforeEach, expect, test, vi } from 'vitest';
import { askSweep, NO_CHOICES, problemOf } from '../../../src/host/sweeps/ask-sweep';
import { costText, sweepName } from '../../../src/host/sweeps/sweep';
import * as editor from '../editor';

vi.mock('vscode', () => import('../editor'));
beforeEach(() => void vi.resetAllMocks());

const DIGITS = { kind: 'digits', count: 100, seed: 0 } as const;

/** Answers the lists of settings that open, one after the other: chooses a row, or dismisses by null. @returns what the first rows said */
async function answer(rows: readonly (string | null)[]): Promise<string[]> {
  const said: string[] = [];
  for (const label of rows) {
    await vi.waitFor(() =>
      expect(editor.quickPicks.at(-1)).toMatchObject({ isShown: true, isDisposed: false }),
    );
    const pick = editor.quickPicks.at(-1)!;
    said.push(String(pick.items[0]!['description']));
    if (label === null) pick.hide();
    else pick.choose(label);
    await vi.waitFor(() => expect(pick.isDisposed).toBe(true));
  }
  return said;
}

test('values are asked for one setting after the other, and the list says how many trials there are', async () => {
  editor.window.showInputBox.mockResolvedValueOnce('8,16,32').mockResolvedValueOnce('1e-3,3e-4');
  const asked = askSweep('fast', DIGITS, NO_CHOICES);
  const counts = await answer(['latent', 'learningRate', 'Early stopping', '$(play)']);
  expect(counts).toEqual(['no values yet', '3 trials', '6 trials', '6 trials']);
  expect(await asked).toEqual({
    ...{ ...NO_CHOICES, set: { latent: '8,16,32', learningRate: '1e-3,3e-4' }, stopsEarly: true },
  });
  const validate = (
    editor.window.showInputBox.mock.calls[0]![0] as { validateInput: (text: string) => string | null }
  ).validateInput;
  expect(validate('8,x')).toContain("latent: got 'x', expected a whole number");
  expect(validate('8')).toBeNull();
  expect(validate('')).toBeNull();
});

test('a setting is left to the preset again, and the list can be dismissed', async () => {
  editor.window.showInputBox.mockResolvedValueOnce('');
  const asked = askSweep('fast', DIGITS, { ...NO_CHOICES, set: { latent: '8,16', beta: '1,2' } });
  expect(await answer(['latent', null])).toEqual(['4 trials', '2 trials']);
  expect(await asked).toBeUndefined();
});

test('what is no sweep is said, and the list stays', async () => {
  const asked = askSweep('fast', DIGITS, { ...NO_CHOICES, set: { latent: '8' } });
  await answer(['$(play)', null]);
  expect(await asked).toBeUndefined();
  expect(editor.window.showWarningMessage.mock.calls[0]![0]).toContain('got no setting with several values');
});

test('choices are checked together', () => {
  const choices = (set: Record<string, string>, trials: number | null = null) => ({
    ...NO_CHOICES,
    set,
    trials,
  });
  expect(problemOf('fast', DIGITS, choices({ latent: '8,16' }))).toBeNull();
  expect(problemOf('fast', DIGITS, choices({ learningRate: '1e-4..1e-2' }, 5))).toBeNull();
  expect(problemOf('fast', DIGITS, choices({ learningRate: '1e-4..1e-2' }))).toContain('has no grid');
  expect(problemOf('fast', DIGITS, choices({ beta: '1,2', estimator: 'sgvb-a' }))).toContain('estimator');
});

test('the question says what the sweep takes, and when trials stop early', () => {
  const plan = { type: 'plan', trials: [], stopping: { reduction: 4, rungs: [1000, 4000] } } as const;
  const cost = { type: 'cost', seconds: 3700, bytes: 1_234_567_890 } as const;
  expect(costText({ ...plan, trials: [], stopping: { reduction: 4, rungs: [1000, 4000] } }, cost)).toBe(
    [
      'About 1 h 2 min on this machine.',
      'About 1,235 MB for checkpoints and snapshots.',
      'Trials stop early: at 1,000, 4,000 samples, the best 1 of 4 goes on.',
      'Training goes on when this window is closed.',
    ].join('\n'),
  );
  expect(costText({ type: 'plan', trials: [], stopping: null }, undefined)).toBe(
    'Training goes on when this window is closed.',
  );
});

test('a sweep is named after the time and its images', () => {
  const now = new Date('2026-01-02T03:04:05.678Z');
  expect(sweepName('My Photos!', now)).toBe('20260102-030405-my-photos');
  expect(sweepName('日本', now)).toBe('20260102-030405-sweep');
});
