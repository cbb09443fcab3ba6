import { expect, test } from 'vitest';
import type { RunState } from '../../../src/protocol/engine';
import type { RunView } from '../../../src/protocol/panel';
import { status } from '../../support/engine-status';
import { actionsOf, phaseOf } from '../../../webview/workbench/phase';

const view = (outcome: RunView['outcome'], state?: RunState): RunView => ({
  uri: 'file:///run',
  name: 'run',
  notes: '',
  tags: [],
  preset: 'aevb',
  algorithm: 'aevb',
  dataset: 'digits',
  latent: 20,
  layers: [784, 500, 20, 500, 784],
  fingerprint: '',
  boundLabel: '',
  objective: null,
  live: state === undefined ? null : status({ state }),
  cluster: null,
  outcome,
  message: '',
  lowerLearningRate: null,
});

test.each([
  [view('running', 'training'), 'training', ['pause', 'stop']],
  [view('running', 'paused'), 'paused', ['continueTraining', 'stop']],
  [view('running', 'preparing'), 'preparing', ['stop']],
  [view('running'), 'waiting', ['showLog']],
  [view('interrupted'), 'interrupted', ['resume', 'train', 'showLog']],
  [view('interrupted', 'serving'), 'interrupted', ['resume', 'train', 'showLog']],
  [view('finished', 'serving'), 'finished', ['train']],
  [view('stopped'), 'stopped', ['resume', 'train']],
  [view('failed'), 'failed', ['showLog', 'resume', 'train']],
] as const)('%#: a run is %s and offers its buttons', (run, phase, intents) => {
  expect(phaseOf(run)).toBe(phase);
  expect(actionsOf(run).map((action) => action.intent)).toEqual(intents);
});

test.each([
  [view('running', 'training'), ['stop']],
  [view('running', 'preparing'), ['stop']],
  [view('running'), ['stop', 'showLog']],
] as const)('%#: a run on a cluster is stopped, and not paused', (run, intents) => {
  const there = { ...run, cluster: { name: 'lab', isActive: true } };
  expect(actionsOf(there).map(({ intent }) => intent)).toEqual(intents);
  expect(actionsOf({ ...view('stopped'), cluster: { name: 'lab', isActive: false } })).toEqual(
    actionsOf(view('stopped')),
  );
});

test('a training that diverged is resumed with a lower learning rate', () => {
  const [first, ...others] = actionsOf({ ...view('failed'), lowerLearningRate: 1e-5 });
  expect(first).toEqual({
    ...{ intent: 'resume', label: 'Resume with Learning Rate 0.00001', learningRate: 1e-5, primary: true },
  });
  expect(others.map(({ intent }) => intent)).toEqual(['showLog', 'train']);
  // One that trains again has its usual buttons.
  const training = actionsOf({ ...view('running', 'training'), lowerLearningRate: 1e-5 });
  expect(training.map(({ intent }) => intent)).toEqual(['pause', 'stop']);
});
