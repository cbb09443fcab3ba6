import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** The number of the first call of a page that was loaded just now. */
async function firstId(): Promise<number> {
  const posted: { id: number }[] = [];
  const api = {
    postMessage: (message: { id: number }) => posted.push(message),
    getState: () => undefined,
    setState: () => undefined,
  };
  vi.stubGlobal('acquireVsCodeApi', () => api);
  vi.stubGlobal('window', { addEventListener: () => undefined, removeEventListener: () => undefined });
  vi.resetModules();
  const { connectHost } = await import('../../../webview/shared/host');
  void connectHost<{ run(params: object): void }, object>().call('run', {});
  return posted[0]!.id;
}

it('numbers the calls of each page that is loaded apart', async () => {
  const [one, other] = [await firstId(), await firstId()];
  expect(Math.abs(one - other)).toBeGreaterThan(100_000);
  expect(Number.isSafeInteger(one)).toBe(true);
});
