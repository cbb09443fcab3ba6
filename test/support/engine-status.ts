import type { EngineStatus } from '../../src/protocol/engine';

export function status(change: Partial<EngineStatus> = {}): EngineStatus {
  return {
    state: 'training',
    message: '',
    runUri: 'file:///runs/a',
    step: 100,
    samples: 10_000,
    totalSamples: 40_000,
    samplesPerSecond: 5000,
    secondsLeft: 192,
    trainBound: -106.04,
    validationBound: -105.23,
    engine: 'tensorflow (2 threads): installed',
    ...change,
  };
}
