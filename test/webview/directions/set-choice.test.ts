import { expect, test } from 'vitest';
import { SetChoice } from '../../../webview/directions/set-choice';

test.each([
  ['pc:0', 0],
  ['pc:12', 12],
  ['label:3', null],
  ['label:pc:1', null],
  ['tag:pc:1', null],
  ['rest', null],
  ['kept', null],
  ['', null],
])('the choice %j stands for the component %s', (value, component) => {
  expect(SetChoice.component(value)).toBe(component);
});
