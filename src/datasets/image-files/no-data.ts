import type { DatasetNote } from '../../domain/dataset-notes';

/** Kinds of files and folders that hold no data although there may be pictures among them, as a note calls them. */
const NAMES = {
  thumbnails: [
    // Synology, QNAP
    ...['@eadir', '@__thumb', '.@__thumb'],
    // Linux desktops, XV, gThumb, Windows
    ...['.thumbnails', '.thumbs', '.xvpics', '.comments', 'thumbs.db', 'ehthumbs.db', 'ehthumbs_vista.db'],
  ],
  'copies of a photo manager': ['.picasaoriginals', '.picasa.ini', '.photostructure'],
  'a bin': [
    ...['#recycle', '@recycle', '$recycle.bin', '.trash', '.trashes', '.recycle', 'network trash folder'],
    ...['lost+found', 'found.000'],
  ],
  snapshots: ['#snapshot', '@recently-snapshot', '.snapshot', '.snapshots', '~snapshot', '.zfs'],
  'files of a system': [
    ...['system volume information', 'desktop.ini', '@tmp', '@sharebin', '@sysdir', '$windows.~bt'],
    ...['.ds_store', '.spotlight-v100', '.fseventsd', '.temporaryitems', 'temporary items', 'icon\r'],
    '.documentrevisions-v100',
  ],
  'resource forks of macOS': ['__macosx', '.appledouble', '.appledb', '.appledesktop', '.finderinfo'],
  'copies of a notebook': ['.ipynb_checkpoints', '__pycache__'],
} as const;

/** Beginnings of names, in lower case. The last one is of everything that is hidden. */
const BEGINNINGS = [
  ['._', 'resource forks of macOS'],
  ['.trash-', 'a bin'],
  ['.trashed-', 'a bin'],
  ['@gmt-', 'snapshots'],
  ['synofile_thumb_', 'thumbnails'],
  ['.', 'hidden files and folders'],
] as const;

export type NoData = keyof typeof NAMES | (typeof BEGINNINGS)[number][1];

const kinds = new Map<string, NoData>(
  Object.entries(NAMES).flatMap(([kind, names]) => names.map((name) => [name, kind as NoData] as const)),
);

/** Returns the kind of no data that the name of a file or folder stands for; undefined if it may be data. */
export function noDataOfName(name: string): NoData | undefined {
  const lower = name.toLowerCase();
  return kinds.get(lower) ?? BEGINNINGS.find(([beginning]) => lower.startsWith(beginning))?.[1];
}

/** Returns the kind of the first name of a path that stands for no data. */
export function noDataOfPath(path: string): NoData | undefined {
  // Archives may hold paths that begin with './'.
  for (const name of path.split('/')) {
    const kind = name === '.' ? undefined : noDataOfName(name);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/** Counts the pictures that are left out because their names, or those of their folders, stand for no data. */
export class NoDataCount {
  private readonly found = new Map<NoData, { count: number; example: string }>();
  /** Whether there may be more: folders without data are not searched without end. */
  isCut = false;

  add(kind: NoData, path: string): void {
    const known = this.found.get(kind);
    if (!known) this.found.set(kind, { count: 1, example: path });
    else {
      known.count++;
      // File systems list their entries in any order.
      if (path < known.example) known.example = path;
    }
  }

  get total(): number {
    return [...this.found.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** Describes them by kind, the most frequent first; empty if there are none. */
  describe(): string {
    const sorted = [...this.found].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
    return sorted.map(([kind, { count, example }]) => `${count} in ${kind} (${example})`).join(', ');
  }

  notes(): DatasetNote[] {
    const { total } = this;
    if (total === 0) return [];
    const count = `${this.isCut ? 'at least ' : ''}${total} picture${total === 1 ? '' : 's'}`;
    const text = `${count} left out, because the names of files or folders say that they are not data: ${this.describe()}`;
    return [{ subject: 'left out', level: 'info', text }];
  }
}
