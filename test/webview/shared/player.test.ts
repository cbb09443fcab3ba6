import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Player } from '../../../webview/shared/player';

/** The frame that was requested last; none once it is cancelled. */
let frame: { readonly id: number; readonly draw: (now: number) => void } | undefined;
let now = 0;
let isReduced = false;

beforeEach(() => {
  let id = 0;
  [frame, now, isReduced] = [undefined, 5000, false];
  vi.stubGlobal('requestAnimationFrame', (draw: (now: number) => void) => {
    frame = { id: ++id, draw };
    return id;
  });
  vi.stubGlobal('cancelAnimationFrame', (which: number) => {
    if (frame?.id === which) frame = undefined;
  });
  vi.stubGlobal('matchMedia', () => ({ matches: isReduced }));
  vi.stubGlobal('document', { body: { classList: { contains: () => false } } });
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Draws the next frame, so many seconds later. */
function pass(seconds: number): void {
  now += 1000 * seconds;
  const next = frame;
  frame = undefined;
  next?.draw(now);
}

/** A player of a path of so many legs, and where it is. */
function playerOf(legs = 1, start = 0) {
  const at = { t: start, end: legs };
  const player = new Player(
    () => at.t,
    (t) => (at.t = t),
    () => at.end,
  );
  return { at, player };
}

test('it never starts by itself, and goes from waypoint to waypoint in four seconds', () => {
  const { at, player } = playerOf(3);
  expect(player.playing).toBe(false);
  expect(frame).toBeUndefined();
  player.toggle();
  expect(player.playing).toBe(true);
  pass(1);
  expect(at.t).toBeCloseTo(0.25, 12);
  pass(4);
  expect(at.t).toBeCloseTo(1.25, 12);
});

test('at either end it turns around, and goes beyond neither', () => {
  const { at, player } = playerOf(2, 1.75);
  player.toggle();
  pass(2);
  expect(at.t).toBe(2);
  pass(2);
  expect(at.t).toBe(1.5);
  pass(60);
  expect(at.t).toBe(0);
  pass(1);
  expect(at.t).toBe(0.25);
});

test('a pause stops it where it is; what passes meanwhile does not count', () => {
  const { at, player } = playerOf();
  player.toggle();
  pass(1);
  player.toggle();
  expect(player.playing).toBe(false);
  expect(frame).toBeUndefined();
  now += 60_000;
  player.toggle();
  pass(1);
  expect(at.t).toBeCloseTo(0.5, 12);
});

test('it can be paused by what it plays, and goes on from where that put it', () => {
  let t = 0;
  const player: Player = new Player(
    () => t,
    (next) => {
      t = next;
      if (next > 0.4) player.pause();
    },
  );
  player.toggle();
  pass(1);
  pass(1);
  expect(player.playing).toBe(false);
  expect(frame).toBeUndefined();
  t = 0.125;
  player.toggle();
  pass(1);
  expect(t).toBeCloseTo(0.375, 12);
});

test('a path that became shorter is played back from its new end', () => {
  const { at, player } = playerOf(3, 2.5);
  player.toggle();
  at.end = 1;
  pass(1);
  expect(at.t).toBe(1);
  pass(1);
  expect(at.t).toBe(0.75);
});

test('with reduced motion there are eight still pictures per leg, each shown for a while', () => {
  isReduced = true;
  const { at, player } = playerOf();
  player.toggle();
  const seen: number[] = [];
  for (let i = 0; i < 32; i++) {
    pass(0.25);
    if (seen.at(-1) !== at.t) seen.push(at.t);
  }
  // A picture for each second: the least is 0.8 s, and a frame comes every 0.25 s.
  expect(seen).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]);
});
