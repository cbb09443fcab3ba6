import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LatentGrid } from '../../src/protocol/latent';
import { gridCursor } from '../shared/charts/cursor';
import { coordinate, count } from '../shared/format';
import { t } from '../shared/l10n';
import { Later } from '../shared/ui/later';
import { Mosaic, Picture } from '../shared/ui/picture';
import { Busy } from '../shared/ui/widgets';
import type { PathModel } from './path-model';

interface GridProps {
  readonly model: PathModel;
  /** Of the waypoints; the first four are the corners. */
  readonly names: readonly string[];
}

/** A grid of points decoded between four corners, with the point under the cursor enlarged. */
export function Grid({ model, names }: GridProps) {
  const grid = model.grid.value;
  if (grid === null)
    return (
      <Later>
        <Busy>{t('Decoding the grid…')}</Busy>
      </Later>
    );
  return <DecodedGrid grid={grid} names={names} />;
}

function DecodedGrid({ grid, names }: { readonly grid: LatentGrid; readonly names: readonly string[] }) {
  const { side, pictures, step } = grid;
  const [cell, setCell] = useState<number | null>(null);
  const cells = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const size = { columns: side, count: side * side };
    gridCursor(cells.current!, () => size, { onCell: setCell, onPick: () => undefined });
  }, [side]);
  const at = cell ?? Math.floor(side / 2) * side + Math.floor(side / 2);
  const [row, column] = [Math.floor(at / side), at % side];
  const place = t('Row {0}, column {1}', row + 1, column + 1);
  const [a, b, c, d] = names;
  const corners = t(
    'Corners: {0} and {1} above, {2} and {3} below. Straight lines between them, step {4}.',
    ...[a!, b!, c!, d!, count(step)],
  );
  const text = cell === null ? corners : t('{0}: |z| {1}. {2}', place, coordinate(normOf(grid, at)), corners);
  const size = `${100 / side}%`;
  return (
    <div class="grid">
      <div class="stage">
        <Picture class="point" pictures={pictures} index={at} alt={t('Decoded at {0}', place)} />
      </div>
      <div
        ref={cells}
        class="mosaic-frame"
        tabIndex={0}
        role="img"
        aria-label={t('{0} by {0} decoded points. {1} Arrow keys move over them.', side, corners)}
      >
        <Mosaic pictures={pictures} columns={side} alt="" />
        {cell !== null && (
          <div
            class="cell-mark"
            style={{
              left: `${column * (100 / side)}%`,
              top: `${row * (100 / side)}%`,
              width: size,
              height: size,
            }}
          />
        )}
      </div>
      <p class="quiet" aria-live="polite">
        {text}
      </p>
    </div>
  );
}

/** Returns the length of the latent point of a cell. */
function normOf({ z, pictures }: LatentGrid, cell: number): number {
  const latent = z.length / pictures.count;
  return Math.hypot(...z.subarray(cell * latent, (cell + 1) * latent));
}
