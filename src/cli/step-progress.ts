import { formatCount } from '../text/format-count';
import type { Context } from './context';

/** Minimum interval between lines of --json about progress, in ms. */
const PROGRESS_MS = 200;

/** Returns what tells how far a command is, such as 'encoding images: 3 of 10': on the terminal, or with --json as lines, but not too many. */
export function stepProgress({
  output,
  now,
}: Pick<Context, 'output' | 'now'>): (what: string, done: number, total: number) => void {
  let last = -Infinity;
  return (what, done, total) => {
    const text = `${what}: ${formatCount(done)} of ${formatCount(total)}`;
    output.progress(text);
    if (!output.json || (now() - last < PROGRESS_MS && done < total)) return;
    last = now();
    output.say(null, { type: 'progress', text, done, total });
  };
}
