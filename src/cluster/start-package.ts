import { listCheckpoints, newestCheckpoint } from '../runs/checkpoint';
import { memberPieces, runMembers } from '../runs/archive/run-members';
import type { RemoteJob } from '../runs/remote-run';
import { adaptedConfig } from './adapted-config';
import { START_FOLDER } from './train-script';
import type { PackedFile } from './zip';

/**
 * Returns the files that a run goes on from on a cluster: its configuration, curve and list of images, its newest intact checkpoint and the
 * best one. Null if it has not begun.
 * @param source where its images are on the cluster; null to leave it as it is
 */
export async function startFiles(
  runFolder: string,
  source: RemoteJob['source'],
): Promise<PackedFile[] | null> {
  const members = await runMembers(runFolder);
  if (!members.some(({ path }) => path === 'config.json')) return null;
  const newest = await newestCheckpoint(runFolder);
  const kept = (await listCheckpoints(runFolder)).filter(
    (step) => step === newest?.step || step === newest?.best?.step,
  );
  const wanted = [
    ...['config.json', 'metrics.jsonl', 'images.json'],
    ...kept.map((step) => `checkpoints/${step}.safetensors`),
  ];
  const files: PackedFile[] = [];
  for (const { path, size } of members) {
    if (!wanted.includes(path)) continue;
    const pieces: Uint8Array[] = [];
    for await (const piece of memberPieces(runFolder, { path, size })) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    files.push({
      path: `${START_FOLDER}/${path}`,
      bytes: path === 'config.json' ? adaptedConfig(bytes, { source }) : bytes,
    });
  }
  return files;
}
