import type { SkippedFile } from '../dataset';
import type { NoDataCount } from './no-data';
import type { UnreadFiles } from './unread-kinds';

const SHOWN_REASONS = 3;

/** What was found besides images. */
interface LeftOver {
  readonly skipped: readonly SkippedFile[];
  readonly noData: NoDataCount;
  readonly unread: UnreadFiles;
}

/** Says why there are no images where there might have been some: ` (...)`, or nothing if nothing was left out. */
export function whyNoImages({ skipped, noData, unread }: LeftOver): string {
  const byReason = new Map<string, { count: number; readonly example: string }>();
  for (const { path, reason } of skipped) {
    // A name that is not UTF-8 stands in brackets.
    const kind = reason.replace(/ \([^)]*\)/, '');
    const known = byReason.get(kind);
    if (known) known.count++;
    else byReason.set(kind, { count: 1, example: `${path}, ${reason}` });
  }
  const reasons = [...byReason.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ count, example }) => (count === 1 ? example : `${example}, and ${count - 1} more`));
  const shown = reasons.slice(0, SHOWN_REASONS);
  if (reasons.length > SHOWN_REASONS) shown.push(`and ${reasons.length - SHOWN_REASONS} other reasons`);
  const parts = [
    ...(shown.length > 0 ? [`skipped: ${shown.join('; ')}`] : []),
    ...(noData.total > 0 ? [`left out as no data: ${noData.describe()}`] : []),
  ];
  const others = unread.describe();
  if (others !== '') parts.push(`not read: ${others}`);
  return parts.length > 0 ? ` (${parts.join('; ')})` : '';
}
