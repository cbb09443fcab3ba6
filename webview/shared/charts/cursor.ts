/**
 * Adds a cursor over `size` positions from left to right, moved by pointer or arrow keys. `onPlace` receives the
 * position, or null when the cursor leaves.
 */
export function placeCursor(
  plot: HTMLElement,
  size: () => number,
  onPlace: (place: number | null) => void,
): void {
  let current: number | null = null;
  const move = (place: number | null): void => {
    const last = size() - 1;
    current = place === null || last < 0 ? null : Math.min(last, Math.max(0, place));
    onPlace(current);
  };
  plot.addEventListener('pointermove', (event) => {
    const box = plot.getBoundingClientRect();
    move(Math.floor(((event.clientX - box.left) / box.width) * size()));
  });
  plot.addEventListener('pointerleave', () => move(null));
  plot.addEventListener('blur', () => move(null));
  plot.addEventListener('keydown', (event) => {
    const targets: Partial<Record<string, number | null>> = {
      ArrowLeft: (current ?? size()) - 1,
      ArrowRight: (current ?? -1) + 1,
      Home: 0,
      End: size() - 1,
      Escape: null,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    move(target);
  });
}

/**
 * Adds a cursor over the cells of a grid, numbered row by row and moved by pointer or arrow keys. `onPick` is called on
 * click, Enter or Space.
 */
export function gridCursor(
  grid: HTMLElement,
  size: () => { readonly columns: number; readonly count: number },
  events: { readonly onCell: (cell: number | null) => void; readonly onPick: (cell: number) => void },
): void {
  let current: number | null = null;
  const move = (cell: number | null): void => {
    current = cell;
    events.onCell(cell);
  };
  const under = (event: MouseEvent): number | null => {
    const { columns, count } = size();
    const box = grid.getBoundingClientRect();
    const rows = Math.ceil(count / columns);
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const cell = row * columns + column;
    return column >= 0 && column < columns && cell >= 0 && cell < count ? cell : null;
  };
  grid.addEventListener('pointermove', (event) => move(under(event)));
  grid.addEventListener('pointerleave', () => move(null));
  grid.addEventListener('blur', () => move(null));
  grid.addEventListener('click', (event) => {
    const cell = under(event);
    if (cell !== null) events.onPick(cell);
  });
  grid.addEventListener('keydown', (event) => {
    const { columns, count } = size();
    if (count === 0) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (current !== null) events.onPick(current);
      return;
    }
    const steps: Partial<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      Home: -count,
      End: count,
    };
    const step = steps[event.key];
    if (step === undefined && event.key !== 'Escape') return;
    event.preventDefault();
    if (step === undefined) return move(null);
    const next = current === null ? 0 : current + step;
    if (Math.abs(step) === count) move(step < 0 ? 0 : count - 1);
    else if (next >= 0 && next < count) move(next);
  });
}
