import { describe, expect, test } from 'vitest';
import { plainLine } from '../../../src/cli/screen';
import { displayWidth } from '../../../src/text/display-width';
import { tableLines } from '../../../src/cli/watch/run-table';
import {
  afterKey,
  drawnFolders,
  FIRST_VIEW,
  listedLines,
  onceLines,
  screenLines,
  settle,
  sorted,
} from '../../../src/cli/watch/watch-view';
import type { WatchView } from '../../../src/cli/watch/watch-view';
import { straight, watched } from './support';

const runs = [
  watched({
    name: 'c',
    bound: null,
    state: 'preparing',
    samples: 0,
    samplesPerSecond: null,
    secondsLeft: null,
  }),
  watched({ name: 'b', bound: -90, state: 'finished', samplesPerSecond: null, secondsLeft: null }),
  watched({
    name: 'a',
    bound: -105.25,
    state: 'failed',
    message: 'disk full',
    samplesPerSecond: null,
    secondsLeft: null,
  }),
];
const NO_MARKS = { chosen: null, marks: new Map<string, never>() };
const names = (view: WatchView): string[] => sorted(runs, view.sort).map(({ name }) => name);
const press = (view: WatchView, ...keys: string[]): WatchView =>
  keys.reduce((before, key) => afterKey(before, key, runs, 2), view);

describe('the table', () => {
  test('has the bound first, then the state, and what is known of the progress', () => {
    expect(tableLines([watched({ name: 'one' })], 200, NO_MARKS).map(plainLine)).toEqual([
      '     BOUND  STATE     DONE  SAMPLES     SPEED  LEFT  RUN  DATASET',
      '   -105.25  training  25 %   25,000  12,346/s  1:15  one  mnist',
    ]);
  });

  test('a bound of training says so, and a run that has ended has no share that is done', () => {
    const text = (run: Parameters<typeof watched>[0]): string =>
      plainLine(tableLines([watched(run)], 200, NO_MARKS)[1]!);
    expect(text({ bound: -110, boundOf: 'training' })).toContain('training -110.00  training');
    expect(text({ state: 'stopped' })).not.toContain('%');
    expect(text({ state: 'paused' })).toContain('25 %');
  });

  test('leaves out columns where there is little room, and cuts names last', () => {
    const long = [watched({ name: `run-${'x'.repeat(60)}` }), watched({ name: '数'.repeat(40) })];
    for (let width = 46; width < 140; width++)
      for (const line of tableLines(long, width, NO_MARKS).map(plainLine))
        expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    const header = (width: number): string => plainLine(tableLines(long, width, NO_MARKS)[0]!);
    expect(header(140)).toContain('DATASET');
    expect(header(70)).not.toContain('DATASET');
    expect(header(70)).toContain('DONE');
    expect(header(40).trim().split(/ +/)).toEqual(['BOUND', 'STATE', 'RUN']);
  });

  test('text of runs cannot move the cursor or the columns', () => {
    const lines = tableLines(
      [watched({ name: 'a\u001b[2Jb\nc\u202ed', dataset: 'x\ty' })],
      200,
      NO_MARKS,
    ).map(plainLine);
    expect(lines[1]).toContain('a\\u{1b}[2Jb\\nc\\u{202e}d  x\\ty');
    // Columns are as wide as what is shown.
    expect(lines[0]!.indexOf('DATASET')).toBe(lines[1]!.indexOf('x\\ty'));
  });
});

describe('keys', () => {
  const first = settle(FIRST_VIEW, runs, []);

  test('the first run is chosen, and arrows move within the list', () => {
    expect(first.chosen).toBe('/runs/c');
    expect(press(first, 'down').chosen).toBe('/runs/b');
    expect(press(first, 'down', 'down', 'down', 'down').chosen).toBe('/runs/a');
    expect(press(first, 'end', 'up').chosen).toBe('/runs/b');
    expect(press(first, 'pagedown').chosen).toBe('/runs/a');
    expect(press(first, 'end', 'pageup').chosen).toBe('/runs/c');
    expect(press(first, 'end', 'home', 'k').chosen).toBe('/runs/c');
    expect(press(first, 'x', 'escape')).toEqual(first);
  });

  test('s goes through the orders, and the same run stays chosen', () => {
    const order = [first, press(first, 's'), press(first, 's', 's'), press(first, 's', 's', 's')];
    expect(order.map(names)).toEqual([
      ['c', 'b', 'a'],
      ['b', 'a', 'c'],
      ['a', 'c', 'b'],
      ['a', 'b', 'c'],
    ]);
    expect(new Set(order.map(({ chosen }) => chosen))).toEqual(new Set(['/runs/c']));
    expect(press(first, 's', 's', 's', 's')).toEqual(first);
    // In the order shown.
    expect(press(first, 's', 's', 's', 'up').chosen).toBe('/runs/b');
  });

  test('space draws a curve beside others until it is pressed again', () => {
    const both = press(first, 'space', 'down');
    expect(drawnFolders(both)).toEqual(['/runs/c', '/runs/b']);
    expect(drawnFolders(press(both, 'up', 'space', 'down'))).toEqual(['/runs/b']);
  });

  test('no runs: no key does anything but sort', () => {
    const none = settle(FIRST_VIEW, [], []);
    for (const key of ['up', 'down', 'end', 'space', 'pagedown'])
      expect(afterKey(none, key, [], 5)).toEqual(none);
  });
});

test('a run that vanishes hands its place to the next one; one that appears changes nothing', () => {
  const view = { ...FIRST_VIEW, chosen: '/runs/b' };
  expect(settle(view, [runs[0]!, runs[2]!], runs).chosen).toBe('/runs/a');
  expect(settle(view, [runs[0]!], runs).chosen).toBe('/runs/c');
  expect(settle(view, [], runs).chosen).toBeNull();
  expect(settle(view, [watched({ name: 'd' }), ...runs], runs).chosen).toBe('/runs/b');
});

describe('the screen', () => {
  const rows = straight(50, -200, -100);
  const many = Array.from({ length: 40 }, (_, i) => watched({ name: `run-${String(99 - i)}` }));
  const draw = (size: { columns: number; rows: number }, list = many, change: Partial<WatchView> = {}) => {
    const view = { ...settle(FIRST_VIEW, list, []), ...change };
    const curves = new Map(list.map(({ folder }) => [folder, rows] as const));
    return screenLines(
      view,
      { runs: list, isRead: true, curves, notices: [], title: '/work' },
      size,
      true,
    ).map(plainLine);
  };

  test('fills the rows of every size, with the keys in the last one and the chosen run in the list', () => {
    for (const height of [2, 5, 8, 10, 12, 13, 14, 24, 60])
      for (const chosen of [0, 20, 39]) {
        const lines = draw({ columns: 80, rows: height }, many, { chosen: many[chosen]!.folder });
        if (height > 3) expect(lines).toHaveLength(height);
        expect(lines.at(-1)).toContain('q quit');
        expect(lines.some((line) => line.startsWith(`>o `) && line.includes(many[chosen]!.name))).toBe(true);
        expect(listedLines(height, 40)).toBeGreaterThan(0);
      }
  });

  test('has the curve where there is room, with what its marks mean and what its bounds are', () => {
    const text = draw({ columns: 80, rows: 30 }).join('\n');
    expect(text).toMatch(/[\u2801-\u28ff]{3}/);
    expect(text).toContain('4,900 samples');
    expect(text).toContain(
      'training as a line, validation as o; nats per datapoint, grey values under Bernoulli',
    );
    expect(text).toContain('40 runs, 40 training, lines 1 to 13   by date   /work');
    expect(draw({ columns: 80, rows: 12 }).join('\n')).not.toMatch(/[\u2801-\u28ff]/);
  });

  test('says why a run is damaged, cannot be drawn, or ended', () => {
    const [line] = [...runs].map((run) =>
      draw({ columns: 120, rows: 30 }, [
        watched({ ...run, name: 'z', state: 'damaged', message: 'config.json is not JSON' }),
      ]).join('\n'),
    );
    expect(line).toContain('config.json is not JSON');
    const view = settle(FIRST_VIEW, [runs[2]!], []);
    const curves = new Map([['/runs/a', 'metrics.jsonl is a folder']]);
    const size = { columns: 120, rows: 30 };
    const text = screenLines(
      view,
      { runs: [runs[2]!], isRead: true, curves, notices: ['x is a link'], title: '/work' },
      size,
      true,
    );
    expect(text.map(plainLine).join('\n')).toContain('metrics.jsonl is a folder');
    expect(plainLine(text.at(-2)!)).toBe('x is a link');
  });

  test('without runs says so', () => {
    expect(draw({ columns: 80, rows: 24 }, [])[0]).toBe('no runs yet   /work');
  });

  test('printed once, it has all runs and no keys', () => {
    const view = { ...settle(FIRST_VIEW, many, []), compared: [many[3]!.folder] };
    const curves = new Map(many.map(({ folder }) => [folder, rows] as const));
    const lines = onceLines(
      view,
      { runs: many, isRead: true, curves, notices: [], title: '' },
      Infinity,
      false,
    ).map(plainLine);
    expect(lines.filter((line) => line.includes('run-'))).toHaveLength(41);
    expect(lines.join('\n')).not.toContain('quit');
    expect(lines.join('\n')).toContain('validation as a, b');
  });
});
