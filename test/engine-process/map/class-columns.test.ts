import { expect, test } from 'vitest';
import { classColumn, classColumns } from '../../../src/engine-process/map/class-columns';

/** 60 classes, the most probable of two images is the last. */
const names = Array.from({ length: 60 }, (_, k) => `class ${k}`);
const values = new Float32Array(120).fill(0.001);
values[59] = values[119] = 0.9;
values[55] = 0.05;

test('of many classes the most frequent have a column, and each other one by its name', () => {
  const listed = classColumns({ names, values }, []).map(({ name }) => name);
  expect(listed).toHaveLength(2 + 50);
  expect(listed).toContain('probability: class 59');
  expect(listed).not.toContain('probability: class 55');
  const column = classColumn({ names, values }, 'probability: class 55')!;
  expect(column.names).toBeNull();
  expect(Array.from(column.values(0, 2), (value) => value.toFixed(3))).toEqual(['0.050', '0.001']);
  expect(classColumn({ names, values }, 'probability: class 60')).toBeNull();
  expect(classColumn({ names, values }, 'class 5')).toBeNull();
});
