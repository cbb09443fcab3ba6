import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DecodedPoints } from '../../src/protocol/points';
import { gridCursor } from '../shared/charts/cursor';
import { coordinate } from '../shared/format';
import { paintMosaic } from '../shared/pictures';
import type { RunSession } from '../shared/run-session';
import '../shared/ui/safe-text';

/** Maximum number of coordinates listed; the inspector's pane has them all. */
const MAX_LISTED = 6;

interface PictureGridProps {
  readonly session: RunSession;
  readonly points: DecodedPoints;
  readonly columns: number;
  /** Of the grid and its arrow keys, for screen readers. */
  readonly description: string;
  /** Names a cell: `Row 3, column 4`. */
  readonly nameOf: (cell: number) => string;
  /** Dimensions to list, most informative first. */
  readonly order: readonly number[];
  /** Drawn over the pictures. */
  readonly children?: ComponentChildren;
}

/** A mosaic of decoded points. The inspector looks at the hovered one; a click pins it, or releases it again. */
export function PictureGrid({ session, points, columns, nameOf, order, ...props }: PictureGridProps) {
  const { inspector } = session;
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const { count } = points.pictures;
  const rows = Math.ceil(count / columns);
  const pinned = pinnedCell(session, points);

  useLayoutEffect(() => paintMosaic(canvas.current!, points.pictures, columns), [points, columns]);
  const lookAt = (cell: number | null) =>
    cell === null
      ? null
      : { place: { z: pointOf(points, cell) }, explanation: textOf(points, cell, nameOf(cell), order) };
  /** What the listeners below work with: they are added once. */
  const current = useRef({ columns, count, pinned, lookAt });
  current.current = { columns, count, pinned, lookAt };
  useLayoutEffect(() => {
    gridCursor(frame.current!, () => current.current, {
      onCell: (cell) => {
        setHovered(cell);
        inspector.lookAt(current.current.lookAt(cell));
      },
      onPick: (cell) => inspector.pin(current.current.pinned === cell ? null : current.current.lookAt(cell)),
    });
    return () => inspector.lookAt(null);
  }, []);

  const told = hovered ?? pinned;
  return (
    <div class="mosaic-view">
      <div ref={frame} class="mosaic-frame" tabIndex={0} role="img" aria-label={props.description}>
        <canvas ref={canvas} class="picture mosaic" />
        {pinned !== null && <CellMark class="cell-mark pinned" cell={pinned} columns={columns} rows={rows} />}
        {hovered !== null && hovered < count && (
          <CellMark class="cell-mark" cell={hovered} columns={columns} rows={rows} />
        )}
        {props.children}
      </div>
      <p class="quiet cell-text" aria-live="polite">
        {told === null || told >= count ? '' : `${textOf(points, told, nameOf(told), order)}.`}
      </p>
    </div>
  );
}

interface CellMarkProps {
  readonly class: string;
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
}

function CellMark({ class: name, cell, columns, rows }: CellMarkProps) {
  return (
    <div
      class={name}
      style={{
        left: `${((cell % columns) / columns) * 100}%`,
        top: `${(Math.floor(cell / columns) / rows) * 100}%`,
        width: `${100 / columns}%`,
        height: `${100 / rows}%`,
      }}
    />
  );
}

function pointOf({ z, pictures }: DecodedPoints, cell: number): Float32Array {
  const latent = z.length / pictures.count;
  return z.slice(cell * latent, (cell + 1) * latent);
}

/** Returns the cell of the inspector's pinned place, or null if that is none of these points. */
function pinnedCell({ inspector }: RunSession, points: DecodedPoints): number | null {
  const place = inspector.isPinned.value ? inspector.place.value?.place : undefined;
  if (place === undefined || !('z' in place)) return null;
  const { z, pictures } = points;
  if (place.z.length * pictures.count !== z.length) return null;
  for (let cell = 0; cell < pictures.count; cell++)
    if (pointOf(points, cell).every((value, d) => value === place.z[d])) return cell;
  return null;
}

function textOf(points: DecodedPoints, cell: number, name: string, order: readonly number[]): string {
  const z = pointOf(points, cell);
  const listed = order.slice(0, MAX_LISTED).map((d) => `z${d} ${coordinate(z[d]!)}`);
  const more = order.length > MAX_LISTED ? ', …' : '';
  return `${name}: ${listed.join(', ')}${more}; |z| ${coordinate(Math.hypot(...z))}`;
}
