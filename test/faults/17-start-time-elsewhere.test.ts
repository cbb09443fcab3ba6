/** On Windows and macOS a program of the system says when a process began; here it is asked for, and its answers are played. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { processStartTime } from '../../src/runs/process-start';

type Call = [program: string, args: readonly string[], options: Record<string, unknown>];
type Done = (error: Error | null, output: { readonly stdout: string }) => void;
const { calls, answer } = vi.hoisted((): { calls: Call[]; answer: { text: string | Error } } => ({
  calls: [],
  answer: { text: '' },
}));
vi.mock('node:child_process', () => ({
  execFile: (...[program, args, options, done]: [...Call, Done]) => {
    calls.push([program, args, options]);
    if (typeof answer.text === 'string') done(null, { stdout: answer.text });
    else done(answer.text, { stdout: '' });
  },
}));

const platform = process.platform;
const be = (value: string): void => void Object.defineProperty(process, 'platform', { value });
beforeEach(() => void calls.splice(0));
afterEach(() => {
  be(platform);
  vi.unstubAllEnvs();
});

/** Times are compared as text between processes that may have another language or time zone. */
const SAME_EVERYWHERE = {
  timeout: 10_000,
  windowsHide: true,
  env: expect.objectContaining({ LC_ALL: 'C', TZ: 'UTC', OTHER: 'kept' }) as object,
};

test.each([
  ['darwin', '/bin/ps', ['-o', 'lstart=', '-p', '71']],
  [
    'win32',
    'powershell.exe',
    ['-NoProfile', '-NonInteractive', '-Command', '(Get-Process -Id 71).StartTime.ToFileTimeUtc()'],
  ],
])('on %s, %s is asked', async (system, program, args) => {
  be(system);
  vi.stubEnv('TZ', 'Asia/Tokyo');
  vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
  vi.stubEnv('OTHER', 'kept');
  answer.text = ' Tue Dec  1 02:00:00 2026 \r\n';
  expect(await processStartTime(71)).toBe('Tue Dec  1 02:00:00 2026');
  expect(calls).toEqual([[program, args, expect.objectContaining(SAME_EVERYWHERE) as object]]);
});

test.each(['darwin', 'win32'])('on %s, no answer and a failure are no start time', async (system) => {
  be(system);
  answer.text = '\n';
  expect(await processStartTime(71)).toBeNull();
  answer.text = new Error('no such program');
  expect(await processStartTime(71)).toBeNull();
  expect(calls).toHaveLength(2);
});
