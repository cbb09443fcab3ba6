import { setTimeout as sleep } from 'node:timers/promises';
import { MetricsFollower } from '../../runs/metrics-follower';
import type { MetricRow } from '../../domain/metrics';
import type { Context } from '../context';
import { EXIT } from '../exit';
import type { Screen } from '../screen';
import type { RunWatcher } from './run-watcher';
import { TerminalSession } from './terminal-session';
import { afterKey, drawnFolders, listedLines, screenLines, settle } from './watch-view';
import type { WatchView } from './watch-view';
import type { WatchedRun } from './watched-run';

/** Shortest and longest pause between two looks, in ms. */
const LOOK_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 10_000;
/** A pause is so many times as long as a look, so that a slow folder costs a tenth of the time. */
const PAUSE_FACTOR = 9;
/** Least time between two drawings, in ms. */
const DRAW_INTERVAL_MS = 150;
/** Numbers kept of a curve: some thousand rows, more than a terminal has columns. */
const CURVE_NUMBERS = 200_000;
/** How long a run that has vanished is named, in ms. */
const VANISHED_MS = 10_000;

/** Returns how long to wait after a look that took so many ms. */
export const pauseAfter = (took: number): number =>
  Math.min(MAX_PAUSE_MS, Math.max(LOOK_PAUSE_MS, PAUSE_FACTOR * took));

/** The curves that are drawn, read on as they grow. */
export class FollowedCurves {
  readonly rows = new Map<string, readonly MetricRow[] | string>();
  private readonly followers = new Map<string, MetricsFollower>();

  /** Reads the curves of these runs on, and forgets the others. Calls must not overlap. */
  async read(folders: readonly string[]): Promise<void> {
    for (const folder of this.followers.keys())
      if (!folders.includes(folder)) {
        this.followers.delete(folder);
        this.rows.delete(folder);
      }
    for (const folder of folders) {
      const follower = this.followers.get(folder) ?? new MetricsFollower(folder, CURVE_NUMBERS);
      this.followers.set(folder, follower);
      this.rows.set(folder, await follower.read().catch((error: Error) => error.message));
    }
  }
}

export interface ScreenOptions {
  readonly title: string;
  readonly view: WatchView;
  readonly hasBraille: boolean;
}

/** Draws the runs on the whole screen of the terminal until a key or a signal ends it. */
export async function watchOnScreen(
  watcher: RunWatcher,
  screen: Screen,
  context: Context,
  { title, view: first, hasBraille }: ScreenOptions,
  signal: AbortSignal,
): Promise<void> {
  const { now, output } = context;
  const quit = new AbortController();
  const ended = AbortSignal.any([signal, quit.signal]);
  const curves = new FollowedCurves();
  let view = first;
  let runs: readonly WatchedRun[] = [];
  let isRead = false;
  let gone: { readonly names: readonly string[]; readonly at: number } | null = null;
  let wake = (): void => undefined;
  let drawn = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => {
    timer = undefined;
    drawn = now();
    if (gone !== null && drawn - gone.at > VANISHED_MS) gone = null;
    const vanished = gone?.names.map((name) => `${name} has vanished.`) ?? [];
    const notices = [...vanished, ...watcher.notices];
    const { columns, rows } = screen;
    const watched = { runs, isRead, curves: curves.rows, notices, title };
    screen.draw(screenLines(view, watched, { columns, rows }, hasBraille));
  };
  const drawSoon = (): void => {
    if (!ended.aborted) timer ??= setTimeout(draw, Math.max(0, drawn + DRAW_INTERVAL_MS - now()));
  };
  const onKey = (name: string): void => {
    if (name === 'q') return quit.abort();
    if (name === 'ctrl-c' || name === 'ctrl-\\') {
      context.exitCode = EXIT.interrupted;
      return quit.abort();
    }
    if (name === 'ctrl-l') screen.clear();
    const before = drawnFolders(view);
    view = afterKey(view, name, runs, listedLines(screen.rows, runs.length));
    if (drawnFolders(view).some((folder) => !before.includes(folder))) wake();
    drawSoon();
  };

  const session = new TerminalSession(screen, context.input?.(), onKey, drawSoon);
  try {
    while (!ended.aborted && !output.isLost) {
      const start = now();
      const seen = await watcher.look();
      const names = runs.filter(({ folder }) => !seen.some((run) => run.folder === folder));
      if (names.length > 0) gone = { names: names.map(({ name }) => name), at: now() };
      view = settle(view, seen, runs);
      runs = seen;
      isRead = true;
      await curves.read(drawnFolders(view));
      drawSoon();
      const pause = pauseAfter(now() - start);
      // A curve that has just been chosen is read at once.
      for (let woken = true; woken && !ended.aborted;) {
        const waited = new AbortController();
        woken = false;
        wake = () => {
          woken = true;
          waited.abort();
        };
        await sleep(Math.max(0, start + pause - now()), undefined, {
          signal: AbortSignal.any([ended, waited.signal]),
        }).catch(() => undefined);
        wake = () => undefined;
        if (!woken) break;
        await curves.read(drawnFolders(view));
        drawSoon();
      }
    }
  } finally {
    clearTimeout(timer);
    session.close();
  }
}
