import { t } from './l10n';

/** Shown for unknown values. */
const UNKNOWN = '–';
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const hundredths = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const ofAxis = new Intl.NumberFormat('en', { maximumSignificantDigits: 12 });

/** Formats a bound or one of its terms, in nats: two decimals, thousands separators and a true minus sign. */
export function nats(value: number | null | undefined): string {
  if (value == null) return UNKNOWN;
  if (!Number.isFinite(value)) return t('not finite');
  const size = Math.abs(value);
  const text = size >= 1e6 ? size.toExponential(2) : hundredths.format(size);
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}

/** Formats a value on an axis: -1250 as −1,250. */
export function axisValue(value: number): string {
  return ofAxis.format(value).replace('-', '\u2212');
}

/** Formats a small signed number like a latent coordinate. */
export function coordinate(value: number | null): string {
  return nats(value);
}

/** Formats a number of any magnitude: integers exactly, other numbers to at least four significant digits. */
export function figure(value: number): string {
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  const text = String(Number.isInteger(value) ? value : Number(value.toPrecision(Math.max(4, whole))));
  return text.replace('-', '\u2212');
}

/** Formats 1234567 as 1,234,567. */
export function count(value: number | null | undefined): string {
  return value == null ? UNKNOWN : grouped.format(value);
}

/** Formats a count of images: `1 image`, `1,234 images`. */
export function images(number: number): string {
  return number === 1 ? t('1 image') : t('{0} images', count(number));
}

/** Formats 1,250,000 as 1.25M, for axes. */
export function shortCount(value: number): string {
  const [divisor, unit] =
    value >= 1e9 ? [1e9, 'G'] : value >= 1e6 ? [1e6, 'M'] : value >= 1e3 ? [1e3, 'k'] : [1, ''];
  return `${String(Number((value / divisor).toPrecision(4)))}${unit}`;
}

/** Formats seconds as `45 s`, `12 min` or `3 h 20 min`, since an estimate deserves no more precision. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return UNKNOWN;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 90) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Returns the decoded last segment of a URI, for files known only by their URI. */
export function fileName(uri: string): string {
  const last = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Formats a share as `42 %`; small ones with a decimal, and `< 0.1 %` where that would say none. */
export function percent(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
