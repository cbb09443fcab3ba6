import { expect, it } from 'vitest';
import type { ExplorerEvents, RunView } from '../../../src/protocol/panel';
import { ExplorerModel } from '../../../webview/shared/explorer-model';
import type { ExplorerClient } from '../../../webview/shared/explorer-model';
import type { ExplorerMethods } from '../../../src/protocol/schemas/panel';

const RUN = { uri: 'file:///runs/a', outcome: 'finished', live: null } as unknown as RunView;
type Listener = (data: never) => void;

/** A host that knows no run until it has read the folders. */
function host() {
  const asked: string[] = [];
  const listeners = new Map<string, Listener>();
  let run: RunView | null = null;
  const answers: Partial<Record<keyof ExplorerMethods, () => unknown>> = {
    run: () => run,
    metrics: () => [],
    cards: () => [],
    reconstructions: () => null,
  };
  const client = {
    call: (method: keyof ExplorerMethods) => {
      asked.push(method);
      return Promise.resolve(answers[method]?.());
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
