import { beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { splitDataset } from '../../../src/datasets/split';
import { finish } from '../../../src/model/bounds';
import { evaluateModel } from '../../../src/model/evaluation';
import type { Model } from '../../../src/model/model';
import { engineService } from '../../../src/engine-process/services/engine-service';
import { evaluate } from '../../../src/engine-process/services/evaluate';
import type { EngineContext } from '../../../src/engine-process/context';
import { contextOf as tinyDesk, tinyModel } from '../support';

let dataset: Dataset;
let model: Model;
beforeAll(async () => {
  ({ dataset, model } = await tinyModel());
});

const contextOf = (own: () => Model | null): EngineContext => tinyDesk(own, dataset);
const never = new AbortController().signal;

test('a split with everything that it was measured under', async () => {
  const request = { split: 'validation', importance: 30, limit: 15 } as const;
  const result = await evaluate(
    contextOf(() => model),
    request,
    never,
  );
  const rows = splitDataset(dataset, model.config.data.split).validation;
  expect(rows).toHaveLength(20);
  const chosen = Uint32Array.from({ length: 15 }, (_, i) => rows[Math.floor((i * 20) / 15)]!);
  const options = { seed: 3, draws: 1, importance: 30 };
  const expected = await finish(evaluateModel(model, dataset, chosen, options));
  const { count, elbo, reconstruction, kl, standardError, klPerDimension, activeUnits } = expected;
  expect(result).toEqual({
    ...{ split: 'validation', step: 12, seed: 3, samplesPerDatapoint: 1 },
    ...{ count, elbo, reconstruction, kl, standardError, klPerDimension, activeUnits },
    label: expect.stringContaining('Bernoulli') as string,
    bitsPerDimension: null,
    importance: {
      k: 30,
      value: expected.importance!.logLikelihood,
      standardError: expected.importance!.standardError,
      bitsPerDimension: null,
    },
  });
  expect(count).toBe(15);
  expect(result.importance!.value).toBeGreaterThan(elbo);
  const { perImage } = expected;
  expect(perImage.elbo.reduce((sum, value) => sum + value, 0) / 15).toBeCloseTo(elbo, 4);
});

test('without L_k unless it is asked for', async () => {
  expect(
    (
      await evaluate(
        contextOf(() => model),
        { split: 'test' },
        never,
      )
    ).importance,
  ).toBeNull();
});

test('a cancelled one ends after the call that runs', async () => {
  const controller = new AbortController();
  const context = contextOf(() => model);
  const running = evaluate(context, { split: 'test', importance: 1_000_000 }, controller.signal);
  const refused = expect(running).rejects.toThrow('no longer wanted');
  await context.scheduler.turn('interactive', () => controller.abort(new Error('no longer wanted')));
  await refused;
});

describe('refused with what was got and what was expected', () => {
  test.each([
    [{ split: 'tset' }, /split: got 'tset', expected one of train, validation, test/],
    [{ split: 'test', importance: -1 }, /importance: got -1/],
    [{ split: 'test', importance: 2.5 }, /importance: got 2.5/],
    [{ split: 'test', limit: 0 }, /limit: got 0/],
  ])('%j', async (request, message) => {
    const service = engineService(contextOf(() => model));
    await expect(service.evaluate(request as never, never)).rejects.toThrow(message);
  });

  test('a run that has no model yet', async () => {
    await expect(
      evaluate(
        contextOf(() => null),
        { split: 'test' },
        never,
      ),
    ).rejects.toMatchObject({
      code: 'not-ready',
    });
  });
});
