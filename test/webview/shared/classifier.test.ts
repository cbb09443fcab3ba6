import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ClassifierState } from '../../../src/protocol/classifier';
import { RpcError } from '../../../src/protocol/rpc';
import { classifierOf } from '../../../webview/shared/classifier';
import { KeptChoices } from '../../../webview/shared/kept-choices';
import { RunSession } from '../../../webview/shared/run-session';
import { RUN, fakeHost } from '../fake-host';
import type { Answers } from '../fake-host';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const page = {
    visibilityState: 'visible',
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
  vi.stubGlobal('document', page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const rest = () => vi.advanceTimersByTimeAsync(0);

const NONE: ClassifierState = { classifier: null, classified: null, job: null, error: '' };
const ATTACHED: ClassifierState = {
  ...NONE,
  classifier: { key: 'k', from: 'a.onnx', names: ['x', 'y'], width: 8, height: 8, channels: 1 },
};

function view(answers: Answers) {
  const fake = fakeHost(answers);
  const choices = new KeptChoices({ read: () => null, write: () => undefined });
  const session = new RunSession(fake.client, RUN, choices.of(RUN.uri, 'images'));
  return { fake, session, model: classifierOf(session) };
}

test('is pulled when it is attached, and while it classifies', async () => {
  let state = NONE;
  const { fake, session, model } = view({
    classifier: () => state,
    classifyAll: () => (state = { ...ATTACHED, job: { done: 1, total: 2 } }),
  });
  await rest();
  expect([model.names.value, model.columns.value]).toEqual([null, '']);
  state = ATTACHED;
  fake.emit('classifierChanged', {});
  await rest();
  expect(model.names.value).toEqual(['x', 'y']);
  model.classifyAll();
  await rest();
  expect(model.state?.job).toEqual({ done: 1, total: 2 });
  state = { ...ATTACHED, classified: { count: 2, images: Uint32Array.of(1, 1), areOfMap: true } };
  await vi.advanceTimersByTimeAsync(1000);
  expect(model.state?.job).toBeNull();
  expect(model.columns.value).toBe('k 2');
  const asked = fake.asked.filter((method) => method === 'classifier').length;
  await vi.advanceTimersByTimeAsync(5000);
  expect(fake.asked.filter((method) => method === 'classifier')).toHaveLength(asked);
  expect(classifierOf(session)).toBe(model);
});

test('says why it cannot be used', async () => {
  const { model } = view({ classifier: () => ({ ...NONE, error: 'the file is another' }) });
  await rest();
  expect(model.trouble).toBe('the file is another');
  const { model: other } = view({
    classifier: () => {
      throw new RpcError('failed', 'the engine has gone');
    },
  });
  await rest();
  expect(other.trouble).toBe('the engine has gone');
});
