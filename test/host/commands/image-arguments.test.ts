import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { activeImage, browseImages, givenImages, modelRun } from '../../../src/host/commands/image-arguments';
import { IMAGE_PATTERN } from '../../../src/domain/image-pattern';
import { NotAllowedError } from '../../../src/host/trust';
import * as editor from '../editor';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
afterEach(() => {
  vi.resetAllMocks();
  editor.window.tabGroups.activeTabGroup.activeTab = undefined;
});

const remote = vscode.Uri.parse('vscode-vfs://github/data/a.png');

describe('images that are given', () => {
  test('by nobody are none', () => {
    expect(givenImages(undefined, undefined)).toEqual([]);
    expect(givenImages(null, [])).toEqual([]);
  });

  test('by a menu are those selected there, or the one that was clicked', () => {
    const [a, b] = [vscode.Uri.file('/data/a.png'), vscode.Uri.file('/data/b.jpg')];
    expect(givenImages(a, undefined)).toEqual(['file:///data/a.png']);
    expect(givenImages(a, [])).toEqual(['file:///data/a.png']);
    expect(givenImages(a, [b, a])).toEqual(['file:///data/b.jpg', 'file:///data/a.png']);
  });

  test('by a program are paths and URIs, also beside a run', () => {
    const images = ['/data/a b#1.png', 'file:///data/c%20d.webp', vscode.Uri.file('/data/e.TIFF')];
    const expected = ['file:///data/a%20b%231.png', 'file:///data/c%20d.webp', 'file:///data/e.TIFF'];
    expect(givenImages(images, undefined)).toEqual(expected);
    expect(givenImages({ images, run: '/runs/a' }, undefined)).toEqual(expected);
    expect(givenImages(['here.png'], undefined)).toEqual([
      pathToFileURL(join(process.cwd(), 'here.png')).href,
    ]);
  });

  test.each([
    [[]],
    ['/data/a.png'],
    [[3]],
    [['']],
    [{ images: [] }],
    [{ images: ['/a.png'], runs: '/runs/a' }],
    [{ run: '/runs/a' }],
  ])('must be a list, unlike %j', (argument) => {
    expect(() => givenImages(argument, undefined)).toThrow('expected a list of images: paths, or file URIs');
  });

  test.each([['/data/a.txt'], ['/data/png'], ['file:///data/a.svg'], ['/data/a.png/']])(
    'must be images, unlike %s',
    (path) => {
      expect(() => givenImages(['/data/a.png', path], undefined)).toThrow('is not a supported image file');
    },
  );

  test('must be files of this machine', () => {
    for (const give of [
      () => givenImages(remote, undefined),
      () => givenImages(vscode.Uri.file('/a.png'), [remote]),
      () => givenImages([remote], undefined),
    ])
      expect(give).toThrow(NotAllowedError);
    expect(() => givenImages(['file://server/share/a.png'], undefined)).toThrow();
  });
});

describe('the image in the active editor', () => {
  const shown = (input: unknown): vscode.Uri | undefined => {
    editor.window.tabGroups.activeTabGroup.activeTab = { input };
    return activeImage();
  };
  const inTab = (path: string): unknown =>
    new editor.TabInputCustom(editor.Uri.file(path), 'imagePreview.previewEditor');

  test('is that of an image preview', () => {
    expect(shown(inTab('/data/a.png'))?.path).toBe('/data/a.png');
  });

  test('is none in another editor, or without one', () => {
    expect(activeImage()).toBeUndefined();
    expect(shown(inTab('/data/config.json'))).toBeUndefined();
    expect(shown({ uri: editor.Uri.file('/data/a.png') })).toBeUndefined();
  });
});

describe('images that a person browses for', () => {
  test('are those chosen, one or many, or none', async () => {
    expect(await browseImages('VAE: Encode', true)).toEqual([]);
    const chosen = [vscode.Uri.file('/data/a.png')];
    vi.mocked(vscode.window.showOpenDialog).mockResolvedValue(chosen);
    expect(await browseImages('VAE: Encode', false)).toEqual(chosen);
    const asked = vi.mocked(vscode.window.showOpenDialog).mock.calls.map(([options]) => options);
    expect(asked).toMatchObject([
      { title: 'VAE: Encode', canSelectMany: true },
      { title: 'VAE: Encode', canSelectMany: false },
    ]);
  });

  test('are of the kinds that can be read, and of no other', async () => {
    await browseImages('VAE: Encode', true);
    const [options] = vi.mocked(vscode.window.showOpenDialog).mock.calls[0]!;
    const offered = options!.filters!['Images']!;
    for (const extension of offered) expect(`a.${extension}`).toMatch(IMAGE_PATTERN);
    for (const extension of ['png', 'jpg', 'jpeg', 'webp', 'gif', 'bmp', 'tif', 'tiff'])
      expect(offered).toContain(extension);
  });
});

describe('the run whose model is asked', () => {
  const [a, b] = [runEntry('/runs/a'), runEntry('/runs/b')];

  test('is the one that is named, else the current one', async () => {
    const { host } = windowWith([a, b]);
    expect(await modelRun(host, { run: '/runs/b' })).toBe(b);
    expect(await modelRun(host, { images: ['/a.png'] })).toBe(a);
    expect(await modelRun(host, undefined)).toBe(a);
    await expect(modelRun(host, { run: '/runs/c' })).rejects.toThrow(
      '/runs/c is not a run of this workspace',
    );
  });

  test('is looked for in the folders where the window knows none yet', async () => {
    const { host, done } = windowWith([], [b]);
    expect(await modelRun(host, undefined)).toBe(b);
    expect(done).toEqual(['refresh']);
  });

  test('must have been trained', async () => {
    await expect(modelRun(windowWith([]).host, undefined)).rejects.toThrow('No model has been trained yet');
  });
});
