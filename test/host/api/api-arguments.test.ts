/** A caller of the interface may be JavaScript: what it passes wrongly is named, with what was expected, before anything is done. */
import { expect, test, vi } from 'vitest';
import { checkArguments } from '../../../src/host/api/api-arguments';
import * as editor from '../editor';

vi.mock('vscode', () => import('../editor'));

const run = editor.Uri.file('/runs/a');
const image = editor.Uri.file('/photos/a.png');
const remote = editor.Uri.parse('vscode-vfs://github/owner/photos');

type Method = Parameters<typeof checkArguments>[0];

test.each<[Method, Record<string, unknown>, RegExp]>([
  ['decode', { run: '/runs/a', points: [[0]] }, /^decode: run: got '\/runs\/a', expected .* a vscode\.Uri$/],
  ['stop', { run: undefined }, /^stop: run: got nothing, expected .*vscode\.Uri/],
  ['evaluate', { run: { uri: run, name: 'a' } }, /^evaluate: run: got {"uri".*vscode\.Uri/],
  ['evaluate', { run, options: 3 }, /^evaluate: options: got 3, expected object/],
  ['encode', { run, images: image }, /^encode: images: got .*, expected array/],
  ['encode', { run, images: ['/photos/a.png'] }, /images\.0: got '\/photos\/a\.png', expected .*vscode\.Uri/],
  ['decode', { run, points: [1, 2] }, /^decode: points\.0: got 1, expected array/],
  ['decode', { run, points: [[NaN]] }, /^decode: points\.0\.0: got NaN, expected number/],
  ['decode', { run, points: [[1, 2], [3]] }, /expected points of one length/],
  ['interpolate', { run, images: [image] }, /expected at least 2 entries/],
  ['interpolate', { run, images: [image, image], frames: 1001 }, /frames: got 1001, expected at most 1000/],
  ['interpolate', { run, images: [image, image], frames: 2.5 }, /frames: got 2\.5, expected a whole number/],
  ['latents', { run, columns: 'elbo' }, /^latents: columns: got 'elbo', expected array/],
  ['directions.list', { run: {} }, /^directions\.list: run: got {}/],
  [
    'directions.make',
    { run, from: 'a', to: { rest: true } },
    /from: got 'a', expected { label }, { tag }, { ids }/,
  ],
  ['directions.make', { run, from: { ids: [] }, to: { rest: true } }, /from\.ids: .*at least 1/],
  [
    'directions.make',
    { run, from: { label: 'a' }, to: { rest: true }, options: { component: 1 } },
    /options: got an unknown field 'component'/,
  ],
  ['directions.apply', { run, direction: 'd', places: undefined }, /places: got nothing, expected array/],
  ['train', { options: undefined }, /^train: options: got nothing, expected object/],
  ['train', { options: {} }, /^train: options\.data: got nothing, expected 'digits' or a vscode\.Uri/],
  ['train', { options: { data: '/photos' } }, /options\.data: got '\/photos', expected 'digits' or/],
  ['train', { options: { data: 'digits', labels: '/a.csv' } }, /options\.labels: .*vscode\.Uri/],
  ['export', { run, options: null }, /^export: options: got null, expected object/],
  ['export', { run, options: { folder: '/out' } }, /options\.folder: got '\/out', expected .*vscode\.Uri/],
  ['export', { run, options: { Format: 'onnx' } }, /options: got an unknown field 'Format'/],
])('%s refuses %j', (method, given, message) => {
  expect(() => checkArguments(method, given)).toThrow(message);
});

test.each<[Method, Record<string, unknown>]>([
  ['stop', { run: remote }],
  ['encode', { run, images: [image, remote] }],
  ['train', { options: { data: remote } }],
  ['train', { options: { data: 'digits', labels: remote } }],
  ['directions.apply', { run, direction: 'd', places: [0], image: remote }],
  ['export', { run, options: { folder: remote } }],
])('%s reads and writes nothing of a place that is not on this machine', (method, given) => {
  expect(() => checkArguments(method, given)).toThrow(/only files on this machine, but vscode-vfs/);
});

test.each<[Method, Record<string, unknown>]>([
  ['train', { options: { data: 'digits', preset: 'fast', latent: 2 } }],
  ['train', { options: { data: image, labels: undefined } }],
  ['decode', { run, points: [[0, 1]] }],
  ['interpolate', { run, images: [image, image], frames: undefined }],
  ['evaluate', { run, options: undefined }],
  ['directions.make', { run, from: { label: 'a' }, to: { rest: true }, options: { name: 'n', seed: 1 } }],
  ['directions.apply', { run, direction: 'd', places: [0, 1], image }],
  ['export', { run, options: { format: 'html', folder: run, overwrite: true } }],
])('%s takes %j', (method, given) => {
  expect(() => checkArguments(method, given)).not.toThrow();
});
