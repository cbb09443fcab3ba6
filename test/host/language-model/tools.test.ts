/** Tools as a language model of the editor calls them, on a real run folder with an engine that answers as a test says. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { decodeImage } from '../../../src/images/codecs/decode';
import { invokeTool } from '../../../src/host/language-model/invoke-tool';
import { prepareTool } from '../../../src/host/language-model/prepare-tool';
import { registerTools } from '../../../src/host/language-model/register-tools';
import type { ExtensionServices } from '../../../src/host/services';
import type { PlanLine } from '../../../src/protocol/schemas/plan-line';
import { TOOLS } from '../../../src/tools/tool-table';
import * as editor from '../editor';
import { useFolder } from '../support';
import { windowWith } from '../window';

/** What the editor has for language models; a test changes what its editor lacks. */
interface Models {
  readonly registered: Map<string, unknown>;
  LanguageModelDataPart: unknown;
  hasLm: boolean;
}
const models = vi.hoisted((): Models => ({
  registered: new Map(),
  LanguageModelDataPart: undefined,
  hasLm: true,
}));
vi.mock('vscode', async () => ({
  ...(await import('../editor')),
  get lm() {
    if (!models.hasLm) return undefined;
    return {
      registerTool: (name: string, tool: unknown) => {
        models.registered.set(name, tool);
        return { dispose: () => void models.registered.delete(name) };
      },
    };
  },
  get LanguageModelDataPart() {
    return models.LanguageModelDataPart;
  },
  LanguageModelTextPart: class {
    constructor(readonly value: string) {}
  },
  LanguageModelToolResult: class {
    constructor(readonly content: unknown[]) {}
  },
  MarkdownString: class {
    value = '';
    appendText(text: string): void {
      this.value += text.replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&');
    }
    appendMarkdown(text: string): void {
      this.value += text;
    }
  },
}));

const folder = useFolder();
const fixture = resolve(__dirname, '../../fixtures/runs/0.1.0/runs/whole');
const token = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};
const asked: string[] = [];
let host: ExtensionServices;

/** A decoder that paints each image in the grey of its first coordinate. */
const decoded = ({ z, count }: { z: Float32Array; count: number }) => ({
  ...{ width: 8, height: 8, channels: 1, count, step: 100 },
  bytes: Uint8Array.from({ length: count * 64 }, (_, i) => z[2 * Math.floor(i / 64)]! * 100),
});

beforeEach(async () => {
  const runs = join(folder.path(), '.vae', 'runs');
  await mkdir(runs, { recursive: true });
  await cp(fixture, join(runs, 'whole'), { recursive: true });
  await mkdir(join(folder.path(), 'photos'));
  editor.workspace.workspaceFolders = [{ uri: editor.Uri.file(folder.path()) }];
  const { host: services } = windowWith([]);
  const displayName = (name: string): string => TOOLS.find((tool) => tool.name === name)!.title;
  const contributes = {
    languageModelTools: TOOLS.map(({ name }) => ({ name, displayName: displayName(name) })),
  };
  host = {
    ...services,
    context: { extensionPath: '/extension', extension: { packageJSON: { contributes } } },
    log: { warn: () => undefined, info: () => undefined },
    savedDirectionsChanged: { fire: () => void asked.push('directions changed') },
    engines: {
      ...services.engines,
      ask: (_run: string, method: string, params: never) => {
        asked.push(method);
        return Promise.resolve(decoded(params));
      },
    },
    planTraining: (_request: unknown, _signal: unknown, onLine: (line: PlanLine) => void) => {
      onLine({ type: 'dataset', images: 1234, tables: [] });
      onLine({ type: 'time', preset: 'fast', seconds: 130 });
      return Promise.resolve();
    },
  } as unknown as ExtensionServices;
});
afterEach(() => {
  asked.length = 0;
  models.registered.clear();
  models.hasLm = true;
  models.LanguageModelDataPart = undefined;
  editor.workspace.isTrusted = true;
  editor.workspace.workspaceFolders = undefined;
});

const invoke = async (name: string, input: object): Promise<{ value?: string; data?: Uint8Array }[]> =>
  (await invokeTool(host, name, input, token)).content as { value?: string; data?: Uint8Array }[];
const question = (name: string, input: object) =>
  prepareTool(host, { name, displayName: TOOLS.find((tool) => tool.name === name)!.title }, input, token);
const messageOf = ({ confirmationMessages }: vscode.PreparedToolInvocation): string =>
  (confirmationMessages!.message as vscode.MarkdownString).value;

test('all contributed tools are registered, and gone with the extension', () => {
  const registration = registerTools(host);
  expect([...models.registered.keys()]).toEqual(TOOLS.map(({ name }) => name));
  registration.dispose();
  expect(models.registered.size).toBe(0);
});

test('an editor without language models gets none', () => {
  models.hasLm = false;
  registerTools(host);
  expect(models.registered.size).toBe(0);
});

test('a model reads words and data, and sees pictures', async () => {
  models.LanguageModelDataPart = { image: (data: Uint8Array, mime: string) => ({ data, mime }) };
  const [text, caption, picture] = await invoke('vae_decode_points', {
    run: 'whole',
    points: [
      [1, 0],
      [2, 0],
    ],
  });
  const [words, json] = text!.value!.split('\n');
  expect(words).toBe('2 points decoded by whole');
  expect(JSON.parse(json!)).toMatchObject({ run: 'whole', count: 2, width: 8 });
  expect(caption!.value).toMatch(/2 points, in order/);
  expect(picture).toMatchObject({ mime: 'image/png' });
  const { width, data } = await decodeImage(picture!.data!);
  // In the first and in the second image, which are enlarged ten times and have a gap of two pixels around them.
  expect(data[(30 * width + 30) * 4]).toBe(100);
  expect(data[(30 * width + 130) * 4]).toBe(200);
  expect(asked).toEqual(['decode']);
});

test('where the editor passes on no pictures, the model is told so', async () => {
  const parts = await invoke('vae_decode_points', { run: 'whole', points: [[1, 0]] });
  expect(parts.map(({ value }) => value).join('\n')).toMatch(/picture is left out.*1 point, in order/);
});

test('a failure says what was got, what was expected and what to do', async () => {
  await expect(invoke('vae_decode_points', { run: 'whole', points: [[1]] })).rejects.toThrow(
    /1 number, expected 2/,
  );
  await expect(invoke('vae_decode_points', { run: 'no', points: [[1]] })).rejects.toThrow(
    /no run 'no'.*whole/,
  );
  await expect(invoke('vae_decode_points', { run: 'whole' })).rejects.toThrow(/points: got nothing/);
  await symlink('/etc', join(folder.path(), 'photos', 'etc'));
  for (const path of ['../x.png', '/etc/passwd', 'photos/etc/passwd'])
    await expect(invoke('vae_encode_images', { run: 'whole', images: [{ path }] })).rejects.toThrow(
      /^outside-root/,
    );
  expect(asked).toEqual([]);
});

test('in a workspace that is not trusted, nothing runs', async () => {
  editor.workspace.isTrusted = false;
  await expect(invoke('vae_list_runs', {})).rejects.toThrow(/not trusted/);
  await expect(invoke('vae_tag_run', { run: 'whole', add: ['x'] })).rejects.toThrow(/not trusted/);
});

test('a call that is cancelled stops', async () => {
  const cancelled = { ...token, isCancellationRequested: true };
  await expect(invokeTool(host, 'vae_list_runs', {}, cancelled)).rejects.toThrow(/abort/i);
});

test('what changes the workspace is told to the window', async () => {
  await invoke('vae_tag_run', { run: 'whole', add: ['kept'] });
  expect(await readFile(join(folder.path(), '.vae/runs/whole/about.json'), 'utf8')).toContain('kept');
  expect(asked).toEqual(['directions changed']);
});

test('a training is confirmed: what, where and how long', async () => {
  await writeFile(join(folder.path(), 'photos', 'a.png'), '');
  const asks = await question('vae_train_model', { data: 'photos', latent: 3 });
  expect(asks.confirmationMessages!.title).toBe('VAE: Train Model?');
  const text = messageOf(asks).replaceAll('\\', '');
  expect(text).toMatch(/photos: 1,234 images/);
  expect(text).toMatch(/fast, latent=3/);
  expect(text).toMatch(/new run folder/);
  expect(text).toMatch(/about 2 min/);
});

test('a training that would fail says so before it is confirmed', async () => {
  expect(messageOf(await question('vae_train_model', { data: '../elsewhere' }))).toMatch(
    /will fail.*outside/,
  );
});

test('what changes something is confirmed, with its arguments as text; what reads is not', async () => {
  const asks = await question('vae_export_run', { run: '[x](command:y)', folder: 'out' });
  expect(messageOf(asks)).toContain('\\[x\\]\\(command:y\\)');
  for (const { name, access } of TOOLS) {
    const { confirmationMessages } = await question(name, {});
    expect(confirmationMessages !== undefined, name).toBe(access === 'change');
  }
  expect(
    (await question('vae_make_direction', { component: 0, name: 'first' })).confirmationMessages,
  ).toBeDefined();
});
