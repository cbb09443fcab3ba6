import { describe, expect, test } from 'vitest';
import { runConfigSchema } from '../../src/runs/config';
import { extended, isExtendedAt } from '../../src/runs/extension';
import { RequestError } from '../../src/runs/request-error';
import { EARLY_CONFIG } from '../support/run-config';

/** Minibatches of 100, and 1,000 samples. */
const run = runConfigSchema.parse(EARLY_CONFIG);

describe('a run that goes on to more samples', () => {
  test('records what was planned until then, and nothing else changes', () => {
    const once = extended(run, 10, 5000);
    expect(once.training).toEqual({
      ...run.training,
      samples: 5000,
      extensions: [{ step: 10, samples: 1000 }],
    });
    expect({ ...once, training: run.training }).toEqual(run);
    expect(runConfigSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
    const twice = extended(once, 50, 8000);
    expect(twice.training.samples).toBe(8000);
    expect(twice.training.extensions).toEqual([
      { step: 10, samples: 1000 },
      { step: 50, samples: 5000 },
    ]);
    expect([10, 50].map((step) => isExtendedAt(twice, step))).toEqual([false, true]);
    expect(isExtendedAt(run, 10)).toBe(false);
  });

  test('forgets what was planned for steps that never were, or were lost', () => {
    const twice = extended(extended(run, 10, 5000), 50, 8000);
    // Asked again before a step was done.
    expect(extended(twice, 50, 9000).training).toMatchObject({
      samples: 9000,
      extensions: [
        { step: 10, samples: 1000 },
        { step: 50, samples: 5000 },
      ],
    });
    // The newest checkpoint that is whole is that of step 30.
    expect(extended(twice, 30, 9000).training.extensions).toEqual([
      { step: 10, samples: 1000 },
      { step: 30, samples: 5000 },
    ]);
    expect(extended(twice, 5, 9000).training.extensions).toEqual([{ step: 5, samples: 1000 }]);
    // Nothing was trained under the first plan.
    const fresh = extended(run, 0, 9000);
    expect(fresh.training).toEqual({ ...run.training, samples: 9000 });
  });

  test.each([1000, 999, 0, -5, 1000.5, NaN, Infinity, 1e12 + 1])('cannot go on to %s', (samples) => {
    expect(() => extended(run, 10, samples)).toThrow(RequestError);
    expect(() => extended(run, 10, samples)).toThrow(/above the 1000 that the run has done/);
  });
});
