import { expect, test } from 'vitest';
import type { RunState } from '../../../src/protocol/engine';
import type { RunView } from '../../../src/protocol/panel';
import { status } from '../../support/engine-status';
import type { RunSession } from '../../../webview/shared/run-session';
import { followWeights, isExplorable } from '../../../webview/shared/refresh-on-new-weights';

const run = (uri: string, state?: RunState, latent = 20): RunView =>
  ({ uri, latent, live: state === undefined ? null : status({ state }) }) as RunView;

test('a run can be explored once it has a latent space and is past its preparation', () => {
  expect(isExplorable(run('a', 'training'))).toBe(true);
  expect(isExplorable(run('a'))).toBe(true);
  expect(isExplorable(run('a', 'preparing'))).toBe(false);
  expect(isExplorable(run('a', 'training', 0))).toBe(false);
  expect(isExplorable(null)).toBe(false);
  expect(isExplorable(undefined)).toBe(false);
});

/** What a section is told to do while its model changes. */
function section() {
  const told: string[] = [];
  const listeners = new Map<string, () => void>();
  const model = {
    run: undefined as RunView | null | undefined,
    reconstructions: null as { readonly step: number } | null,
    on: (topic: string, listener: () => void) => void listeners.set(topic, listener),
  };
  const follower = {
    step: null as number | null,
    forget: () => void told.push('forget'),
    pull: () => void told.push('pull'),
  };
  followWeights(model as unknown as RunSession, follower);
  const done = (): string[] => told.splice(0);
  return {
    follower,
    shows: (next: RunView | null): string[] => {
      model.run = next;
      listeners.get('run')!();
      return done();
    },
    reconstructs: (step: number | null): string[] => {
      model.reconstructions = step === null ? null : { step };
      listeners.get('reconstructions')!();
      return done();
    },
  };
}

test('the first run is pulled; another one replaces what belongs to it', () => {
  const { shows } = section();
  expect(shows(run('a', 'training'))).toEqual(['forget', 'pull']);
  expect(shows(run('b', 'training'))).toEqual(['forget', 'pull']);
  expect(shows(null)).toEqual(['forget', 'pull']);
});

test('new rows change nothing, an engine that comes, is ready or goes does', () => {
  const { shows } = section();
  shows(run('a', 'preparing'));
  expect(shows(run('a', 'preparing'))).toEqual([]);
  expect(shows(run('a', 'training'))).toEqual(['pull']);
  expect(shows(run('a', 'training'))).toEqual([]);
  expect(shows(run('a', 'paused'))).toEqual([]);
  expect(shows(run('a'))).toEqual(['pull']);
  expect(shows(run('a'))).toEqual([]);
});

test('a window that opens without a run pulls, so that the section can say so', () => {
  expect(section().shows(null)).toEqual(['pull']);
});

test('newer weights are pulled, older and the same are not', () => {
  const { follower, reconstructs } = section();
  follower.step = 100;
  expect(reconstructs(100)).toEqual([]);
  expect(reconstructs(99)).toEqual([]);
  expect(reconstructs(null)).toEqual([]);
  expect(reconstructs(101)).toEqual(['pull']);
});

test('a section without content pulls with any news of the weights', () => {
  const { reconstructs } = section();
  expect(reconstructs(null)).toEqual(['pull']);
  expect(reconstructs(5)).toEqual(['pull']);
});
