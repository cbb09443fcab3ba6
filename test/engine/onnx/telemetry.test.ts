import { afterEach, expect, test, vi } from 'vitest';
import { NO_TELEMETRY, nativeRuntime, onnxRuntimeFolder } from '../../../src/engine/onnx/native-runtime';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test.skipIf(onnxRuntimeFolder() === null).each([undefined, '0'])(
  'the variable against telemetry (now %s) is set when the library is opened',
  (before) => {
    vi.stubEnv(NO_TELEMETRY, before);
    const seen: unknown[] = [];
    vi.spyOn(process, 'dlopen').mockImplementation(() => {
      seen.push(process.env['ORT_DISABLE_TELEMETRY']);
      throw new Error('not opened in this test');
    });
    expect(() => nativeRuntime(1)).toThrow('not opened in this test');
    expect(seen).toEqual(['1']);
  },
);
