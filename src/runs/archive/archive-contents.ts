import * as z from 'zod';
import { describeMismatch } from '../../text/describe-mismatch';
import { parseSmallJson } from '../json-shape';
import { RunError } from '../run-error';

/** What an archive of a run says of itself; the last of its files. */
export const CONTENTS_FILE = 'archive.json';
export const MAX_CONTENTS_BYTES = 4_000_000;
const FORMAT = 'latent-explorer/run-archive/1';

const schema = z.strictObject({
  format: z.literal(FORMAT),
  /** Of the run's folder. */
  name: z.string().max(255),
  /** Path, bytes and SHA-256 of each file. */
  files: z
    .array(
      z.tuple([
        z.string().max(255),
        z.int().min(0),
        z.string().regex(/^[0-9a-f]{64}$/, 'Expected 64 hexadecimal digits'),
      ]),
    )
    .min(1)
    .max(20_000),
});

export interface ArchivedFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

export interface ArchiveContents {
  readonly name: string;
  readonly files: readonly ArchivedFile[];
}

export function formatContents({ name, files }: ArchiveContents): string {
  const listed = files.map(({ path, size, sha256 }) => [path, size, sha256]);
  return `${JSON.stringify({ format: FORMAT, name, files: listed })}\n`;
}

/** @throws RunError if the text is not what `formatContents` writes */
export function parseContents(text: string): ArchiveContents {
  const value = parseSmallJson(text, CONTENTS_FILE);
  const result = schema.safeParse(value);
  if (!result.success) throw new RunError(`${CONTENTS_FILE}: ${describeMismatch(result.error, value)}`);
  const { name, files } = result.data;
  return { name, files: files.map(([path, size, sha256]) => ({ path, size, sha256 })) };
}
