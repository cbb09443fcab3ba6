import type { Mark, Point, Stroke } from './drawing';

export type Style = Pick<Stroke, 'colour' | 'width' | 'dash'>;

/** Colours that the colour-blind can tell apart; ours is solid, the paper's is dashed, so colour is never the only sign. */
export const STYLES = {
  validation: { colour: '#c8500a', width: 2 },
  training: { colour: '#0068a8', width: 1.3 },
  paperTest: { colour: '#c8500a', width: 1.5, dash: [5, 3] },
  paperTrain: { colour: '#0068a8', width: 1.5, dash: [5, 3] },
  wakeSleepTest: { colour: '#8c8c8c', width: 1.2, dash: [5, 3] },
  wakeSleepTrain: { colour: '#8c8c8c', width: 1.2, dash: [1.5, 2.5] },
} as const satisfies Record<string, Style>;
/** The bound on the test split, at the end. */
export const TEST = { radius: 2.6, colour: '#111111' };

const INK = '#222222';
const COLUMN = 200;
/** So that a curve of a test split stands above that of the same training. */
const MOST_COLUMNS = 4;
const ROW = 18;
const LINE = 26;

const ENTRIES: readonly [string, Style | null][] = [
  ['ours, validation', STYLES.validation],
  ['AEVB, test (paper)', STYLES.paperTest],
  ['wake-sleep, test (paper)', STYLES.wakeSleepTest],
  ['ours, test, at the end', null],
  ['ours, training', STYLES.training],
  ['AEVB, training (paper)', STYLES.paperTrain],
  ['wake-sleep, training (paper)', STYLES.wakeSleepTrain],
];

/** What the lines mean, in as many columns as `width` has room for; `start` is the first one's baseline. */
export function legend(
  [left, top]: Point,
  width: number,
): { readonly marks: Mark[]; readonly height: number } {
  const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.floor(width / COLUMN)));
  const marks = ENTRIES.flatMap(([text, style], i): Mark[] => {
    const x = left + (i % columns) * COLUMN;
    const y = top + Math.floor(i / columns) * ROW;
    const sample: Mark = style
      ? {
          kind: 'stroke',
          points: [
            [x, y - 4],
            [x + LINE, y - 4],
          ],
          ...style,
        }
      : { kind: 'dot', at: [x + LINE / 2, y - 4], ...TEST };
    return [sample, { kind: 'text', at: [x + LINE + 7, y], text, size: 11, colour: INK, anchor: 'start' }];
  });
  return { marks, height: Math.ceil(ENTRIES.length / columns) * ROW + 12 };
}
