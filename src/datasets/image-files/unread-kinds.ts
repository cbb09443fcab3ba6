import { listExamples } from '../list-examples';
import type { DatasetNote } from '../../domain/dataset-notes';

/** Files that may hold images but are not read. */
export interface UnreadKind {
  /** For people, in the plural. */
  readonly name: string;
  /** Of file names, in small letters. */
  readonly suffixes: readonly string[];
  /** First bytes, read as Latin-1, by which files without a suffix are recognised. */
  readonly start?: RegExp;
  /** Whether it is refused whatever its content is. */
  readonly isNeverRead?: boolean;
  /** Whether it is read if it is named itself. */
  readonly isReadAlone?: boolean;
  /** Whether it may be a folder. */
  readonly isFolder?: boolean;
  /** What to do instead. */
  readonly advice: string;
}

const AS_PNG = 'export them as PNG or JPEG';
const AS_ARRAY = 'save their images with numpy.savez_compressed as .npz';

/** Loading a pickle runs whatever code it names, so it is refused whatever it holds. */
const PICKLES: UnreadKind = {
  name: 'pickles',
  suffixes: ['pkl', 'pickle', 'pt', 'pth', 'ckpt', 'joblib', 'dill'],
  start: /^\x80[\x02-\x05]/,
  isNeverRead: true,
  advice: `loading one can run any code that is in it; if you trust it, load it in Python and ${AS_ARRAY.replace('their', 'its')}`,
};

const KINDS: readonly UnreadKind[] = [
  PICKLES,
  {
    name: 'camera raw files',
    suffixes: 'cr2 cr3 crw nef nrw arw srf sr2 dng raf orf rw2 pef srw x3f 3fr erf kdc mrw iiq'.split(' '),
    advice: AS_PNG,
  },
  {
    name: 'HEIC images',
    suffixes: ['heic', 'heif', 'hif'],
    start: /^....ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/s,
    advice: AS_PNG,
  },
  { name: 'SVG drawings', suffixes: ['svg', 'svgz'], advice: 'export them as PNG' },
  {
    name: 'editor images',
    suffixes: ['psd', 'psb', 'xcf', 'kra', 'ai', 'afphoto', 'clip', 'ora'],
    start: /^(8BPS|gimp xcf)/,
    advice: AS_PNG,
  },
  {
    name: 'DICOM images',
    suffixes: ['dcm', 'dicom', 'ima'],
    start: /^.{128}DICM/s,
    advice: 'convert them, for example with pydicom, to PNG or .npy',
  },
  {
    name: 'NIfTI volumes',
    suffixes: ['nii', 'nii.gz', 'mgz', 'mha', 'mhd', 'nrrd'],
    advice: 'save their slices, for example with nibabel, as PNG or .npy',
  },
  {
    name: 'microscopy or slide files',
    suffixes: ['czi', 'lif', 'nd2', 'oib', 'oif', 'vsi', 'svs', 'ndpi', 'mrxs', 'lsm', 'dv', 'ims'],
    advice: 'export their planes as TIFF or PNG',
  },
  {
    name: 'OpenEXR or Radiance images',
    suffixes: ['exr', 'hdr', 'pfm'],
    start: /^(v\/1\x01|#\?RADIANCE|P[fF]\n)/,
    advice: 'convert them to 16-bit PNG or TIFF',
  },
  {
    name: 'JPEG 2000 images',
    suffixes: ['jp2', 'j2k', 'jpx', 'j2c', 'jpf'],
    start: /^(\0\0\0\x0cjP {2}|\xff\x4f\xff\x51)/,
    advice: AS_PNG,
  },
  {
    name: 'other images',
    suffixes: [
      'ico',
      'cur',
      'icns',
      'tga',
      'dds',
      'pcx',
      'jxr',
      'wdp',
      'sgi',
      'ras',
      'xbm',
      'xpm',
      'wmf',
      'emf',
      'eps',
      'fits',
      'fit',
      'ktx',
    ],
    advice: AS_PNG,
  },
  { name: 'PDF documents', suffixes: ['pdf', 'djvu'], start: /^%PDF/, advice: 'export their pages as PNG' },
  {
    name: 'videos',
    suffixes: ['mp4', 'mov', 'avi', 'mkv', 'webm', 'm4v', 'mpg', 'mpeg', 'wmv', 'flv', '3gp', 'ogv', 'mts'],
    start: /^....ftyp(isom|iso2|mp4|avc1|qt  |M4V)/s,
    advice: 'extract frames, for example with ffmpeg, as PNG',
  },
  {
    name: 'NumPy arrays',
    suffixes: ['npy', 'npz'],
    isReadAlone: true,
    start: /^\x93NUMPY/,
    advice: 'to read one, name it instead of the folder',
  },
  {
    name: 'HDF5 or MATLAB files',
    suffixes: ['h5', 'hdf5', 'hdf', 'he5', 'mat'],
    start: /^\x89HDF\r\n/,
    advice: `${AS_ARRAY} (h5py, scipy.io)`,
  },
  { name: 'Zarr arrays', suffixes: ['zarr'], isFolder: true, advice: `${AS_ARRAY} (zarr)` },
  {
    name: 'records and databases',
    suffixes: [
      'tfrecord',
      'tfrecords',
      'rec',
      'mdb',
      'lmdb',
      'sqlite',
      'sqlite3',
      'db',
      'arrow',
      'feather',
      'beton',
      'msgpack',
    ],
    start: /^(ARROW1|SQLite format 3\0)/,
    advice: 'extract their images into a folder, or save them as Parquet',
  },
  {
    name: 'archives',
    suffixes: ['zip', 'tar', 'tgz', 'tar.gz', 'cbz'],
    isReadAlone: true,
    start: /^PK\x03\x04/,
    advice: 'to read one, name it instead of the folder',
  },
  {
    name: 'packed archives',
    suffixes: ['7z', 'rar', 'tar.xz', 'tar.bz2', 'tar.zst', 'txz', 'tbz2', 'xz', 'bz2', 'zst'],
    start: /^(7z\xbc\xaf|Rar!)/,
    advice: 'unpack them',
  },
];

const BY_SUFFIX = new Map(KINDS.flatMap((kind) => kind.suffixes.map((suffix) => [suffix, kind] as const)));

/** Returns the kind of a file by the suffix of its name; undefined if it is none of these. */
export function unreadKind(name: string): UnreadKind | undefined {
  const [last, before] = name.toLowerCase().split('.').reverse();
  if (before === undefined) return undefined;
  return BY_SUFFIX.get(`${before}.${last}`) ?? BY_SUFFIX.get(last!);
}

/** Returns the kind of a file without a suffix by its first bytes. */
export function unreadKindOf(start: Uint8Array): UnreadKind | undefined {
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1');
  return KINDS.find((kind) => kind.start?.test(text));
}

/** Bytes by which files without a suffix are recognised. */
export const START_BYTES = 136;

/** Counts files that are not read, by kind. */
export class UnreadFiles {
  private readonly kinds = new Map<UnreadKind, { count: number; readonly examples: string[] }>();

  add(path: string, kind: UnreadKind): void {
    const known = this.kinds.get(kind) ?? { count: 0, examples: [] };
    known.count++;
    if (known.examples.length < 3) known.examples.push(path);
    this.kinds.set(kind, known);
  }

  /** Returns the kinds with counts, examples and advice, the most frequent first; empty if there are none. */
  describe(): string {
    const found = [...this.kinds].sort(([, a], [, b]) => b.count - a.count);
    return found
      .map(([{ name, advice }, { count, examples }]) => {
        return `${count} ${count === 1 ? name.replace(/s$/, '') : name} (${listExamples(examples, count)}): ${advice}`;
      })
      .join('; ');
  }

  notes(): DatasetNote[] {
    const text = this.describe();
    return text === '' ? [] : [{ subject: 'content', level: 'warning', text: `not read: ${text}` }];
  }
}
