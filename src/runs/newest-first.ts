/** What says when a run was begun. */
export interface Begun {
  /** Of its folder. */
  readonly name: string;
  /** As its configuration says; null while there is none that can be read: what is being prepared or is damaged comes first. */
  readonly createdAt: string | null;
}

/** Begin of a name that the product has given. */
const STAMP = /^(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-/;

/**
 * Compares runs, newest first. A name that the product has given begins with the time at which the run was asked for; a run of another name, as of
 * `--run` or of an import, is as old as its configuration says. Runs of the same second are in reverse order of their names.
 */
export function newestFirst(a: Begun, b: Begun): number {
  const [timeA, timeB] = [begunAt(a), begunAt(b)];
  if (timeA !== timeB) return timeA < timeB ? 1 : -1;
  return a.name === b.name ? 0 : a.name < b.name ? 1 : -1;
}

/** In ms since 1970. */
function begunAt({ name, createdAt }: Begun): number {
  const stamp = STAMP.exec(name)?.slice(1).map(Number) as [number, number, number, number, number, number];
  if (stamp) return Date.UTC(stamp[0], stamp[1] - 1, ...(stamp.slice(2) as [number, number, number, number]));
  if (createdAt === null) return Infinity;
  const seconds = Math.floor(Date.parse(createdAt) / 1000);
  return Number.isNaN(seconds) ? -Infinity : seconds * 1000;
}
