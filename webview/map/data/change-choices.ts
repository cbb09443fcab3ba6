import type { Choices } from '../../shared/choices';
import type { RunSession } from '../../shared/run-session';

/** Changes choices of the person so that it can be undone. @param name of the change, for the buttons' titles */
export function changeChoices(
  { state, changes }: Pick<RunSession, 'state' | 'changes'>,
  name: string,
  patch: Partial<Choices>,
): void {
  const now = state.value;
  const keys = Object.keys(patch) as (keyof Choices)[];
  if (keys.every((key) => JSON.stringify(now[key]) === JSON.stringify(patch[key]))) return;
  const before: Partial<Choices> = Object.fromEntries(keys.map((key) => [key, now[key]]));
  state.update(patch);
  changes.add({ name, undo: () => state.update(before), redo: () => state.update(patch) });
}
