import { expect, test } from 'vitest';
import { DownloadProgress, downloadLine } from '../../../src/host/training/download-progress';
import { t } from '../support';

const at = (received: number) => ({ type: 'progress', file: 'a.gz', received, total: 4_000_000 }) as const;

test('the bar moves on to its end, never back', () => {
  const progress = new DownloadProgress(t);
  const shown = [0, 1_000_000, 3_000_000, 0, 2_000_000, 3_200_000, 4_000_000].map((n) =>
    progress.next(at(n)),
  );
  expect(shown.map(({ increment }) => Math.round(increment))).toEqual([0, 25, 50, 0, 0, 5, 20]);
  expect(shown[1]?.message).toBe('1.0 MB of 4.0 MB, a.gz');
});

test('the log has what happened, and not how far it is', () => {
  const file = 'a.gz';
  const host = 'h.org';
  expect(downloadLine({ type: 'file', file, host })).toBe('a.gz from h.org');
  expect(downloadLine({ type: 'redirect', file, host })).toBe('a.gz: redirected to h.org');
  const reason = 'answered with status 404';
  expect(downloadLine({ type: 'failure', file, host, reason })).toBe('a.gz: h.org answered with status 404');
  expect(downloadLine(at(1))).toBeNull();
});
