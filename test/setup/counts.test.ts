import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countsOf, failuresOfVitest, fromEditor, fromVitest, total } from '../../src/setup/counts.mjs';
import { folderToOpen } from '../../src/setup/workspace-of.mjs';

let scratch = '';
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'counts-'));
});
afterEach(() => rm(scratch, { recursive: true }));

async function report(content: unknown): Promise<string> {
  const file = join(scratch, 'report.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('runners are added up', async () => {
  const editor = countsOf(await report({ passed: 3, failed: 1, skipped: 2 }), fromEditor, 1);
  expect(total([editor, { passed: 10, failed: 0, skipped: 1 }])).toEqual({
    passed: 13,
    failed: 1,
    skipped: 3,
  });
});

test('a runner without a result, or with a broken one, is a failure', async () => {
  const silent = { passed: 0, failed: 1, skipped: 0 };
  expect(countsOf(join(scratch, 'none.json'), fromEditor, 0)).toEqual(silent);
  expect(countsOf(await report('{ "pass'), fromEditor, 0)).toEqual(silent);
  expect(countsOf(await report({ passed: 3 }), fromEditor, 0)).toEqual(silent);
  expect(countsOf(await report({ passed: 0, failed: 0, skipped: 0 }), fromEditor, 0)).toEqual(silent);
});

test('an exit code that no failed test explains is a failure', async () => {
  const file = await report({ passed: 3, failed: 0, skipped: 0 });
  expect(countsOf(file, fromEditor, 1).failed).toBe(1);
  expect(countsOf(file, fromEditor, 0).failed).toBe(0);
});

test('a test file that does not load counts, although it has no tests', async () => {
  const file = await report({
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ],
  });
  expect(countsOf(file, fromVitest, 1)).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test('failures are named with file, test and the beginning of why', () => {
  const long = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
  const passed = { status: 'passed', fullName: 'well', failureMessages: [] };
  const failures = failuresOfVitest({
    testResults: [
      { name: 'a.test.ts', status: 'failed', message: 'does not load', assertionResults: [] },
      {
        name: 'b.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [passed, { status: 'failed', fullName: 'the bound', failureMessages: [long] }],
      },
      { name: 'c.test.ts', status: 'passed', message: '', assertionResults: [passed] },
    ],
  });
  expect(failures).toHaveLength(2);
  expect(failures[0]).toBe('a.test.ts\ndoes not load');
  expect(failures[1]).toMatch(/^b\.test\.ts: the bound\nline 0\n[^]*line 11$/);
});

test('a run opens the workspace that it lies in', () => {
  const workspace = join(scratch, 'crystals');
  expect(folderToOpen(join(workspace, '.vae', 'runs', '20250101-000000-digits'))).toBe(workspace);
  expect(folderToOpen(workspace)).toBe(workspace);
});
