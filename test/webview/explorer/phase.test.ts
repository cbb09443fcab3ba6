import { expect, test } from 'vitest';
import type { EngineStatus, RunState } from '../../../src/protocol/engine';
import type { RunView } from '../../../src/protocol/panel';
import { PHASES, phaseOf } from '../../../webview/explorer/phase';

const live = (state: RunState): EngineStatus => ({
  state,
  message: '',
  runUri: 'file:///run',
  step: 0,
  samples: 0,
  totalSamples: null,
  samplesPerSecond: null,
  secondsLeft: null,
  trainBound: null,
  validationBound: null,
  engine: '',
});
const view = (outcome: RunView['outcome'], state?: RunState): RunView => ({
  uri: 'file:///run',
  name: 'run',
  preset: 'aevb',
  algorithm: 'aevb',
  dataset: 'digits',
  latent: 20,
  layers: [784, 500, 20, 500, 784],
  fingerprint: '',
  boundLabel: '',
  objective: null,
  live: state === undefined ? null : live(state),
  outcome,
  message: '',
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
  expect(PHASES[phase].actions.map((action) => action.intent)).toEqual(intents);
});
