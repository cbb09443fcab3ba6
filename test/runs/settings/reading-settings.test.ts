import { expect, it } from 'vitest';
import type { DatasetSource } from '../../../src/datasets/dataset';
import { parseRequest } from '../../../src/runs/settings/parse-request';

const FOLDER: DatasetSource = { kind: 'folder', uri: 'file:///images' };

const sourceWith = (set: Record<string, string>, source: DatasetSource = FOLDER): DatasetSource =>
  parseRequest({ source, preset: 'fast', seed: 0, set }).source;

it('leaves the source alone if nothing is set', () => {
  expect(sourceWith({ latent: '3' })).toEqual(FOLDER);
});

it.each([
  ['data.fit', 'pad', { fit: 'pad' }],
  ['fit', 'stretch', { fit: 'stretch' }],
  ['background', 'BLACK', { background: 'black' }],
  ['background', '#20A0ff', { background: '#20a0ff' }],
  ['pages', 'all', { pages: 'all' }],
  ['range', '0,4095', { range: [0, 4095] }],
  ['data.range', '[-1, 1]', { range: [-1, 1] }],
])('%s=%s becomes part of the source', (key, text, choice) => {
  expect(sourceWith({ [key]: text })).toEqual({ ...FOLDER, ...choice });
});

it.each([
  ['fit', 'Pad', "data.fit: got 'Pad', expected one of crop, pad, stretch"],
  ['background', 'grey', "data.background: got 'grey', expected white, black or a colour such as #20a0ff"],
  ['pages', '2', "data.pages: got '2', expected one of first, all"],
  ['range', '4095', "data.range: got '4095', expected the stored values of black and white"],
  ['range', '1,1', "data.range: got '1,1', expected"],
  ['range', '0,1,2', "data.range: got '0,1,2', expected"],
  ['range', '0,', "data.range: got '0,', expected"],
  ['range', '0,Infinity', "data.range: got '0,Infinity', expected"],
])('%s=%s is refused', (key, text, message) => {
  expect(() => sourceWith({ [key]: text })).toThrow(message);
});

it('refuses settings that a source has no use for', () => {
  const digits = { kind: 'digits', count: 100, seed: 0 } as const;
  expect(() => sourceWith({ fit: 'pad' }, digits)).toThrow(
    "data.fit: got 'pad', expected nothing: the built-in digits",
  );
  const array = { kind: 'npy', uri: 'file:///a.npy' } as const;
  expect(() => sourceWith({ pages: 'all' }, array)).toThrow(
    "data.pages: got 'all', expected nothing: arrays have no pages",
  );
});
