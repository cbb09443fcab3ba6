import type { DatasetNote } from '../../domain/dataset-notes';

/** Limit in bytes of a file with a label. */
export const MAX_LABEL_BYTES = 65_536;
/** Limit in characters of a label. */
const MAX_LABEL = 1000;

const LABEL_FIELDS = ['cls', 'label', 'class', 'class_name', 'category', 'target'];

/** Returns the key of a sample of WebDataset: the path up to the first dot of its file name. */
export function sampleKey(path: string): string {
  const name = path.lastIndexOf('/') + 1;
  const dot = path.indexOf('.', name + 1);
  return dot < 0 ? path : path.slice(0, dot);
}

/** Which files of a sample may hold its label: `key.cls`, or `key.json` with a field called like one. */
export function labelKind(path: string): 'cls' | 'json' | null {
  const suffix = path.slice(sampleKey(path).length + 1).toLowerCase();
  return suffix === 'cls' || suffix === 'json' ? suffix : null;
}

const labelIn = (text: string): string | undefined =>
  text === '' || text.length > MAX_LABEL ? undefined : text;

/** Returns the label in a file of a sample; undefined if there is none. */
export function labelOf(kind: 'cls' | 'json', bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('utf8').trim();
  if (kind === 'cls') return labelIn(text);
  try {
    const fields = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    const values = LABEL_FIELDS.map((field) => fields?.[field]);
    const value = values.find((one) => typeof one === 'string' || typeof one === 'number');
    return value === undefined ? undefined : labelIn(String(value).trim());
  } catch {
    return undefined;
  }
}

/** Says where labels come from, and that texts beside images are none. */
export function labelNotes(labelled: number, images: number, texts: number): DatasetNote[] {
  const notes: DatasetNote[] = [];
  if (labelled > 0) {
    const missing = images - labelled;
    const rest = missing > 0 ? `; ${missing} of ${images} images have none` : '';
    const text = `the labels are those of the files .cls or .json beside the images${rest}`;
    notes.push({ subject: 'labels', level: missing > 0 ? 'warning' : 'info', text });
  }
  if (texts > 0 && labelled === 0) {
    const text = `${texts} texts (.txt) beside the images are not read: they are captions rather than labels`;
    notes.push({ subject: 'labels', level: 'info', text });
  }
  return notes;
}
