/** Goes from tab to tab by the keys for it, and moves the focus along. @param ids of all tabs; a tab's element is `tab-<id>` */
export function walkTabs<T extends string>(
  event: KeyboardEvent,
  ids: readonly T[],
  current: T,
  choose: (id: T) => void,
): void {
  const at = ids.indexOf(current);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = ids[(to + ids.length) % ids.length]!;
  choose(next);
  document.getElementById(`tab-${next}`)?.focus();
}
