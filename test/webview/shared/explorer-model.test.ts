import { expect, it } from 'vitest';
import type { ExplorerEvents, RunView } from '../../../src/protocol/panel';
import { ExplorerModel } from '../../../webview/shared/explorer-model';
import type { ExplorerClient } from '../../../webview/shared/explorer-model';
import type { ExplorerMethods } from '../../../src/protocol/schemas/panel';

const RUN = { uri: 'file:///runs/a', outcome: 'finished', live: null } as unknown as RunView;
type Answers = Partial<Record<keyof ExplorerMethods, (params: Readonly<Record<string, unknown>>) => unknown>>;
type Listener = (data: never) => void;

/** A host that knows no run until it has read the folders. */
function host(change: Answers = {}) {
  const asked: string[] = [];
  const listeners = new Map<string, Listener>();
  let run: RunView | null = null;
  const answers: Answers = {
    run: () => run,
    metrics: () => ({ rows: [], isWhole: true }),
    cards: () => [],
    reconstructions: () => null,
    ...change,
  };
  const client = {
    call: (method: keyof ExplorerMethods, params: Readonly<Record<string, unknown>>) => {
      asked.push(method);
      return Promise.resolve(answers[method]?.(params));
    },
    on: (event: keyof ExplorerEvents, listener: Listener) => listeners.set(event, listener),
  };
  return {
    asked,
    client: client as unknown as ExplorerClient,
    reads(found: RunView): void {
      run = found;
      listeners.get('changed')!({ step: 0 } as never);
    },
  };
}

it('asks for cards and reconstructions again once a window that was just opened knows its run', async () => {
  const fake = host();
  const { client, asked } = fake;
  const model = new ExplorerModel(client);
  model.pullAll();
  await expect.poll(() => model.run).toBeNull();
  asked.length = 0;
  fake.reads(RUN);
  await expect.poll(() => asked).toContain('cards');
  expect(asked).toContain('reconstructions');
});

it('pulls the end of a very long curve, and the whole when asked', async () => {
  const train = (step: number) => ({ type: 'train', step, samples: step, seconds: 1, elbo: 0 });
  const fake = host({
    metrics: ({ whole }) =>
      whole === true ? { rows: [train(1), train(9)], isWhole: true } : { rows: [train(9)], isWhole: false },
  });
  const model = new ExplorerModel(fake.client);
  fake.reads(RUN);
  await expect.poll(() => model.history.train.length).toBe(1);
  expect(model.isWholeCurve).toBe(false);
  model.pullWholeCurve();
  await expect.poll(() => model.history.train.map(({ step }) => step)).toEqual([1, 9]);
  expect(model.isWholeCurve).toBe(true);
});
