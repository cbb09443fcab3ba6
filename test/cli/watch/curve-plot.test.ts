import { describe, expect, test } from 'vitest';
import { plotLines } from '../../../src/cli/watch/curve-plot';
import type { PlottedCurve } from '../../../src/cli/watch/curve-plot';
import { DotCanvas } from '../../../src/cli/watch/dot-canvas';
import { plainLine } from '../../../src/cli/screen';
import type { MetricRow } from '../../../src/domain/metrics';
import { straight, trainRow, validationRow } from './support';

const ASCII = { hasBraille: false, hasLogAxis: false };
const curve = (rows: readonly MetricRow[], mark = 'o'): PlottedCurve => ({ rows, mark, tone: 'first' });
const plot = (rows: readonly MetricRow[], style = ASCII, size = { width: 40, height: 7 }): string[] =>
  plotLines([curve(rows)], size, style).map(plainLine);

describe('dots', () => {
  /** The dots that are set, read from the characters alone: 1 2 3 7 down the left, 4 5 6 8 down the right (Unicode 28xx). */
  const dotsOf = (canvas: DotCanvas): string[] => {
    const text = canvas.lines().map((line) => line.map(({ text: part }) => part).join(''));
    const order = [
      [1, 4],
      [2, 5],
      [3, 6],
      [7, 8],
    ];
    return Array.from({ length: canvas.dotsDown }, (_, y) =>
      Array.from({ length: canvas.dotsAcross }, (__, x) => {
        const character = text[Math.floor(y / 4)]![Math.floor(x / 2)]!;
        const bits = character === ' ' ? 0 : character.codePointAt(0)! - 0x2800;
        return (bits >> (order[y % 4]![x % 2]! - 1)) & 1 ? '#' : '.';
      }).join(''),
    );
  };

  test('of a diagonal are those of the diagonal', () => {
    const canvas = new DotCanvas(4, 2, true);
    canvas.line([
      [0, 0],
      [7, 7],
    ]);
    const dots = dotsOf(canvas);
    expect(dots.map((row) => row.length)).toEqual(Array<number>(8).fill(8));
    for (let i = 0; i < 8; i++) expect(dots[i]![i]).toBe('#');
    // A line of one dot's width has at most its own and the next dot of a row.
    for (const row of dots) expect(row.replaceAll('.', '').length).toBeLessThanOrEqual(2);
  });

  test('of a jump are joined, and those outside are left out', () => {
    const canvas = new DotCanvas(2, 1, true);
    canvas.line([
      [1, -1e308],
      [1, 1e308],
      [3, Infinity],
    ]);
    expect(dotsOf(canvas).map((row) => row[1])).toEqual(['#', '#', '#', '#']);
    canvas.mark([0, 2 ** 33], 'x');
    canvas.mark([0, NaN], 'x');
    canvas.mark([-5, 0], 'x');
    expect(
      canvas
        .lines()[0]!
        .map(({ text }) => text)
        .join(''),
    ).not.toContain('x');
  });
});

test('a rising line rises from the lower left to the upper right, between its bounds and samples', () => {
  const lines = plot(straight(50, -200, -100));
  expect(lines).toHaveLength(7);
  // The first tenth of the axis does not count for the range: -200 + 0.1 * 100, at the next row.
  expect(lines[0]).toMatch(/^-100\.00 \| +\.+$/);
  expect(lines[5]).toMatch(/^-189\.80 \|\.+ +$/);
  const starts = lines.slice(0, 6).map((line) => line.indexOf('.', 10));
  expect(starts).toEqual([...starts].sort((a, b) => b - a));
  expect(lines[6]).toMatch(/^ +0 +4,900 samples$/);
});

test('validations are marks on top of the line', () => {
  const lines = plot([...straight(50, -100, -100), validationRow(2450, -100)]);
  const row = lines.find((line) => line.includes('o'))!;
  // In the middle of the axis.
  const [left, right] = [row.indexOf('|') + 1, row.length - 1];
  expect(Math.abs(row.indexOf('o') - (left + right) / 2)).toBeLessThanOrEqual(1);
  expect(row).toContain('.o.');
});

test('a logarithmic axis of samples has the middle at the root', () => {
  const rows = [trainRow(100, -200), validationRow(10_000, -100), trainRow(1_000_000, -100)];
  const at = (hasLogAxis: boolean): number => {
    const row = plot(rows, { hasBraille: false, hasLogAxis }).find((line) => line.includes('o'))!;
    return (row.indexOf('o') - row.indexOf('|')) / (40 - row.indexOf('|'));
  };
  expect(at(true)).toBeCloseTo(0.5, 1);
  expect(at(false)).toBeLessThan(0.05);
});

test('several curves share the axes and keep their marks', () => {
  const curves = [
    curve([validationRow(0, -300), validationRow(1000, -200)], 'a'),
    curve([validationRow(1000, -100)], 'b'),
  ];
  const lines = plotLines(curves, { width: 40, height: 7 }, ASCII).map(plainLine);
  expect(lines[0]).toMatch(/^-100\.00 \|.*b$/);
  expect(lines[5]).toMatch(/^-200\.00 \|.*a$/);
});

test.each([
  ['no row', [], 'no bound is recorded yet'],
  ['one row', [trainRow(100, -100)], '.'],
  ['equal bounds', straight(20, -100, -100), '.'],
  ['bounds far apart', [trainRow(0, -1e308), trainRow(100, 1e308), trainRow(200, -1e308)], 'too far apart'],
  ['a start far below', [trainRow(0, -1e308), ...straight(20, -200, -100).slice(3)], '.'],
])('%s', (_name, rows, expected) => {
  for (const hasBraille of [false, true]) {
    const lines = plot(rows, { hasBraille, hasLogAxis: false });
    expect(lines.length).toBeLessThanOrEqual(7);
    expect(lines.join('').length).toBeGreaterThan(20);
    if (!hasBraille) expect(lines.join('\n')).toContain(expected);
  }
});

test('no plot is wider or higher than its room', () => {
  for (const width of [0, 1, 23, 24, 30, 200])
    for (const height of [0, 3, 4, 5, 40]) {
      const lines = plot(
        straight(500, -200, -100),
        { hasBraille: true, hasLogAxis: false },
        { width, height },
      );
      expect(lines.length).toBeLessThanOrEqual(height);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    }
});
