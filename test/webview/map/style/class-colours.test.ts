import { expect, test } from 'vitest';
import { classColours } from '../../../../webview/map/style/class-colours';
import type { Category, Colouring } from '../../../../webview/map/style/colouring';
import { categoryStyle } from '../../../../webview/shared/palette';

const coloured = (...names: string[]): Colouring => ({
  kind: 'categories',
  categories: names.map((name, i): Category => ({
    key: name,
    name,
    count: 1,
    styleIndex: i,
    ...categoryStyle(i, true),
  })),
  of: new Int32Array(0),
});
const colour = (k: number) => categoryStyle(k, true).colour;

test('classes have the colours of the points’ categories of the same names, whatever their order', () => {
  expect(classColours(['cat', 'dog'], coloured('dog', 'bird', 'cat'), true)).toEqual([colour(2), colour(0)]);
});

test('where a class has no category of its name, all have their own: no two classes share a colour by accident', () => {
  const own = [colour(0), colour(1)];
  expect(classColours(['cat', 'dog'], coloured('dog', 'bird'), true)).toEqual(own);
  const scale: Colouring = { kind: 'scale', values: new Float32Array(0), low: 0, high: 1 };
  expect(classColours(['cat', 'dog'], scale, true)).toEqual(own);
});
