import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { basename } from 'node:path';
import { EXPORT_FILES } from '../domain/export-formats';
import { CONTENTS_FILE, formatContents } from '../runs/archive/archive-contents';
import type { ArchivedFile } from '../runs/archive/archive-contents';
import { Digest, MAX_MEMBER_BYTES, memberPieces, runMembers } from '../runs/archive/run-members';
import type { RunMember } from '../runs/archive/run-members';
import { RunError } from '../runs/run-error';
import { formatCount } from '../text/format-count';
import type { ExportedFile, TrainedRun } from './trained-run';
import type { ExportWork } from './work';

/** Bytes up to which an archive needs no 64-bit fields, which what we write it with does not have; less what names take. */
const MAX_ARCHIVE_BYTES = 2 ** 32 - 2 ** 26;
/** Zip files know no earlier day: the same run gives the same bytes, whenever it is exported. */
const NO_DAY = new Date(1980, 0, 1);

/**
 * Makes an archive of a whole run that `vae import` opens elsewhere: configuration, curve, checkpoints, snapshots, encodings, layout, name,
 * notes, tags and an attached classifier. Never images of the dataset, locks or logs.
 * @throws RunError if the run is too large for an archive
 */
export async function runArchiveFiles(run: TrainedRun, work: ExportWork): Promise<ExportedFile[]> {
  const members = await runMembers(run.folder);
  const total = members.reduce((sum, { size }) => sum + size, 0);
  const large = members.find(({ size }) => size > MAX_MEMBER_BYTES);
  if (large !== undefined || total > MAX_ARCHIVE_BYTES)
    throw new RunError(
      large === undefined
        ? `${run.folder} has ${formatCount(total)} bytes, and an archive holds up to ${formatCount(MAX_ARCHIVE_BYTES)}. Copy its folder instead.`
        : `${large.path} has ${formatCount(large.size)} bytes, and a file in an archive up to ${formatCount(MAX_MEMBER_BYTES)}. Copy the folder of the run instead.`,
    );
  const [name] = EXPORT_FILES.run;
  work.note(
    'The archive holds no images. It does hold their names in the dataset, the place of the dataset on this machine, and the name, notes and tags of the run.',
  );
  return [{ name, content: archive(run, members, total, work) }];
}

async function* archive(
  { folder }: TrainedRun,
  members: readonly RunMember[],
  total: number,
  { onProgress, signal }: ExportWork,
): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    made.push(piece);
  });
  const files: ArchivedFile[] = [];
  let done = 0;
  for (const member of members) {
    const digest = new Digest();
    const entry = entryOf(zip, member.path);
    for await (const piece of memberPieces(folder, member)) {
      signal.throwIfAborted();
      digest.add(piece);
      entry.push(piece);
      yield* made.splice(0);
      done += piece.byteLength;
      onProgress('bytes of the run', done, total);
    }
    entry.push(new Uint8Array(0), true);
    files.push({ path: member.path, size: digest.size, sha256: digest.sha256() });
  }
  const contents = formatContents({ name: basename(folder), files });
  entryOf(zip, CONTENTS_FILE).push(new TextEncoder().encode(contents), true);
  zip.end();
  yield* made.splice(0);
}

/** Begins a file of the archive. Numbers of weights do not compress. */
function entryOf(zip: Zip, path: string): ZipPassThrough | ZipDeflate {
  const entry = /\.(json|jsonl)$/.test(path) ? new ZipDeflate(path, { level: 6 }) : new ZipPassThrough(path);
  entry.mtime = NO_DAY;
  zip.add(entry);
  return entry;
}
