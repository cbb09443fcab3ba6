import type { Bound } from '../domain/metrics';
import { MAX_NAME_LENGTH, visibleText } from '../text/visible-text';

const twoDecimals = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Formats nats with two decimals, like `-1,107.80`. */
export function formatNats(value: number): string {
  return Number.isFinite(value) ? twoDecimals.format(value) : String(value);
}

/** Formats a bound as `-107.80 = -82.31 - 25.49`: the bound, the reconstruction term and the KL. */
export function formatBound(bound: Bound): string {
  return `${formatNats(bound.elbo)} = ${formatNats(bound.reconstruction)} - ${formatNats(bound.kl)}`;
}

/** Formats a duration as `0:07`, `12:34` or `1:02:03`. */
export function formatSeconds(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return `${minutes}:${two(total % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(total % 60)}`;
}

/**
 * Pads columns of text to their widest cell; the first row is the header. Invisible characters are made visible, and cells
 * longer than `maxLength` are cut.
 * @returns one line per row
 */
export function formatTable(cells: readonly (readonly string[])[], maxLength = MAX_NAME_LENGTH): string[] {
  const rows = cells.map((row) => row.map((cell) => visibleText(cell, maxLength)));
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
}
