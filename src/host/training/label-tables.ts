import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Maximum number of tables offered, and of files whose headers are read. */
const MAX_SHOWN = 10;
const MAX_FILES = 200;
/** Maximum length of a header, in bytes. */
const HEADER_BYTES = 8192;
const PATH_COLUMN = /^(path|file|filename|file_name|image|id)$/i;
const LABEL_COLUMN = /^(label|class|target|category)$/i;

/** A CSV file whose header has an image column and a label column. */
export interface LabelTable {
  readonly path: string;
  /** Whether it lies in the image folder rather than beside it. */
  readonly inside: boolean;
}

/**
 * Returns label tables in a folder of images, and beside a folder or an archive of images, by name. Reads headers only; the
 * engine reports problems with the rest.
 * @param data path of the folder or archive
 */
export async function labelTables(data: string, kind: 'folder' | 'zip'): Promise<LabelTable[]> {
  const inside = kind === 'folder' ? await csvFiles(data) : [];
  const files = [
    ...inside.map((path) => ({ path, inside: true })),
    ...(await csvFiles(dirname(data))).map((path) => ({ path, inside: false })),
  ];
  const found: LabelTable[] = [];
  for (const file of files.slice(0, MAX_FILES)) {
    if (found.length === MAX_SHOWN) break;
    if (namesLabels(await firstLine(file.path))) found.push(file);
  }
  return found;
}

/** Returns CSV files sorted by name; empty if the folder cannot be read. */
async function csvFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && /\.csv$/i.test(entry.name) && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .sort();
}

async function firstLine(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
      return /^\ufeff?([^\r\n]*)/.exec(buffer.toString('utf8', 0, bytesRead))![1]!;
    } finally {
      await file.close();
    }
  } catch {
    // Unreadable files are skipped.
    return '';
  }
}

function namesLabels(header: string): boolean {
  const names = header.split(/[,;\t]/).map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
  return names.some((name) => PATH_COLUMN.test(name)) && names.some((name) => LABEL_COLUMN.test(name));
}
