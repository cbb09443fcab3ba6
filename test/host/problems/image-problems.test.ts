import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { checkImages } from '../../../src/endpoint/check-images';
import { Emitter } from '../../../src/host/emitter';
import { fixProblem } from '../../../src/host/problems/fix-problem';
import { ImageProblems } from '../../../src/host/problems/image-problems';
import { quickFixes } from '../../../src/host/problems/problem-fixes';
import type { RunEntry } from '../../../src/host/runs/runs-model';
import type { CheckFinding } from '../../../src/protocol/schemas/checked';
import { excludedFile, readExcluded } from '../../../src/runs/excluded-images';
import { readTags } from '../../../src/runs/tags';
import { eventually } from '../../support/eventually';
import * as editor from '../editor';
import { config, useFolder } from '../support';
import { runEntry } from '../window';

vi.mock('vscode', () => import('../editor'));
vi.mock('../../../src/endpoint/check-images', () => ({ checkImages: vi.fn() }));

const folder = useFolder();
const image = (name: string): string => join(folder.path(), 'images', name);
const uri = (): string => pathToFileURL(join(folder.path(), 'images')).href;
const findings = (): CheckFinding[] => [
  {
    ...{ rule: 'near-duplicate', level: 'warning', message: 'x', id: 'b.png', file: image('b.png') },
    ...{ other: 'a.png', otherFile: image('a.png'), difference: 0.012 },
  },
  {
    ...{ rule: 'worst-reconstructed', level: 'note', message: 'x', id: 'b.png', file: image('b.png') },
    ...{ error: 0.3, deviations: 4.25 },
  },
  { rule: 'skipped-file', level: 'warning', message: 'skipped: no image', id: 'c.png', file: image('c.png') },
];

const changed = new Emitter<void>();
let entry: RunEntry | undefined;
let problems: ImageProblems;

function runOf(name: string, choice: Parameters<typeof runEntry>[1] = {}): RunEntry {
  const data = { ...config().data, source: { kind: 'folder' as const, uri: uri() } };
  return runEntry(join(folder.path(), 'runs', name), {
    record: { checkpoints: [100], config: { ...config(), data } },
    ...choice,
  });
}
const shown = (): unknown =>
  [...editor.diagnostics].map(([path, own]) => [
    path,
    own.map(({ message, severity }) => [message, severity]),
  ]);
const expected = (): unknown => [
  [
    image('b.png'),
    [
      ['Nearly the same image as a.png: pixels differ by 1.2 % of the range', 1],
      ['Badly reconstructed: off by 30.0 % of the range, 4.3 standard deviations above the mean', 2],
    ],
  ],
  [image('c.png'), [['Not used as an image: no image', 1]]],
];

beforeEach(() => {
  vi.mocked(checkImages).mockImplementation(() =>
    Promise.resolve({ type: 'check', images: 3, findings: findings() }),
  );
  editor.settings.set('vae.problems', true);
  entry = runOf('a');
  problems = new ImageProblems({
    engineFolder: '/engine',
    runs: { changed: () => ({ dispose: () => undefined }) },
    current: {
      changed: changed.event,
      get entry() {
        return entry;
      },
    },
    log: { warn: vi.fn() },
  });
});
afterEach(() => {
  problems.dispose();
  editor.settings.clear();
  vi.resetAllMocks();
  editor.workspace.isTrusted = true;
});

async function look(): Promise<void> {
  changed.fire();
  await eventually(shown).toEqual(expected());
}

test('what is found on the images of the run is shown on their files, once', async () => {
  await look();
  changed.fire();
  expect(checkImages).toHaveBeenCalledTimes(1);
  const [request] = vi.mocked(checkImages).mock.calls[0]!;
  expect(request).toMatchObject({ data: join(folder.path(), 'images'), runFolder: entry!.folder });
  const [near] = editor.diagnostics.get(image('b.png'))! as unknown as vscode.Diagnostic[];
  expect(near).toMatchObject({ source: 'VAE', code: 'near-duplicate' });
  expect(near!.relatedInformation![0]!.location.uri.fsPath).toBe(image('a.png'));
});

test('nothing is looked for unless it is asked for, trusted, and the run has ended with a model and a folder', async () => {
  await look();
  const none: (() => void)[] = [
    () => editor.settings.delete('vae.problems'),
    () => (editor.workspace.isTrusted = false),
    () => (entry = runOf('b', { outcome: 'running' })),
    () => (entry = runEntry('/runs/digits', { record: { checkpoints: [1] } })),
    () => (entry = undefined),
  ];
  for (const change of none) {
    change();
    editor.configurationChanged.fire({ affectsConfiguration: (key) => key === 'vae.problems' });
    await eventually(shown).toEqual([]);
    editor.settings.set('vae.problems', true);
    editor.workspace.isTrusted = true;
    entry = runOf('a');
    await look();
  }
});

test('a run that is left while it is checked is no longer looked at', async () => {
  let aborted = false;
  vi.mocked(checkImages).mockImplementationOnce(
    (_request, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason as Error);
        });
      }),
  );
  changed.fire();
  await eventually(() => vi.mocked(checkImages).mock.calls.length).toBe(1);
  entry = runOf('b');
  await look();
  expect(aborted).toBe(true);
});

test('an image is opened with the one that it repeats', async () => {
  await look();
  expect(await fixProblem(problems, { file: image('b.png'), fix: 'open' })).toBe(true);
  const opened = vi
    .mocked(vscode.commands.executeCommand)
    .mock.calls.map(([, of]) => (of as vscode.Uri).fsPath);
  expect(opened).toEqual([image('b.png'), image('a.png')]);
});

test('an image is excluded, and its problems are gone; or tagged in the run', async () => {
  await look();
  const { mkdir, writeFile } = await import('node:fs/promises');
  await mkdir(entry!.folder, { recursive: true });
  await writeFile(join(entry!.folder, 'config.json'), '{}');
  vi.mocked(vscode.window.showQuickPick).mockImplementationOnce(async (items) =>
    (await items).find(({ label }) => label.startsWith('Exclude')),
  );
  expect(await fixProblem(problems, vscode.Uri.file(image('c.png')))).toBe(true);
  expect(await readExcluded(excludedFile(join(folder.path(), 'runs')), uri())).toEqual(['c.png']);
  expect([...editor.diagnostics.keys()]).toEqual([image('b.png')]);
  expect(await fixProblem(problems, { file: image('b.png'), fix: 'tag', tag: 'odd' })).toBe(true);
  expect(await readTags(entry!.folder)).toEqual([{ name: 'odd', ids: ['b.png'] }]);
});

test('a file without a problem, and a fix that there is not, are refused', async () => {
  await expect(fixProblem(problems)).rejects.toThrow('switch on the setting vae.problems');
  await look();
  await expect(fixProblem(problems, vscode.Uri.file('/x.png'))).rejects.toThrow('has no problem');
  await expect(fixProblem(problems, { file: image('b.png'), fix: 'delete' })).rejects.toThrow(
    'expected one of open, exclude, tag',
  );
  await expect(fixProblem(problems, { file: image('b.png'), fix: 'tag' })).rejects.toThrow(
    'tag: got nothing, expected the name of a tag',
  );
  await expect(fixProblem(problems, { fix: 'exclude' })).rejects.toThrow('file');
});

test('the editor is given fixes for files with problems alone', async () => {
  await look();
  quickFixes(problems);
  const [, provider] = vi.mocked(editor.languages.registerCodeActionsProvider).mock.calls[0]! as unknown as [
    unknown,
    { provideCodeActions(of: { uri: vscode.Uri }): { command: vscode.Command }[] },
  ];
  const fixes = (name: string): unknown[] =>
    provider
      .provideCodeActions({ uri: vscode.Uri.file(image(name)) })
      .map(({ command }) => (command.arguments![0] as { fix: string }).fix);
  expect(fixes('b.png')).toEqual(['open', 'exclude']);
  expect(fixes('a.png')).toEqual([]);
});
