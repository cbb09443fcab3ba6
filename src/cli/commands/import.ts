import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { oneLine } from '../../domain/run-about';
import type { RunConfig } from '../../runs/config';
import { formatCount } from '../../text/format-count';
import type { Context } from '../context';
import { untilInterrupted } from '../evaluation';
import { importArchive } from '../import-archive';
import { runsRoot } from '../run-argument';
import { stepProgress } from '../step-progress';

interface Options {
  readonly name?: string;
  readonly runs?: string;
  readonly json?: true;
}

/** `vae import FILE`: unpacks a run that `vae export --format run` has packed. */
export function importCommand(context: Context): Command {
  const { output } = context;
  return new Command('import')
    .description('unpack a run that was exported as an archive')
    .argument('<FILE>', 'run.vae.zip, of `vae export RUN --format run`')
    .option('--name <name>', 'name that the run is shown under (default: the one in the archive)')
    .option('--runs <dir>', 'folder of runs to unpack into (default: .vae/runs here)')
    .option('--json', 'print one JSON object per line')
    .action(async (file: string, { name = '', runs }: Options) => {
      const { folder, config, step, leftOut, classifier } = await untilInterrupted((signal) =>
        importArchive(resolve(context.cwd, file), {
          runsRoot: runs === undefined ? runsRoot(context.cwd) : resolve(context.cwd, runs),
          name: oneLine(name),
          signal,
          onProgress: stepProgress(context),
        }),
      ).finally(() => output.progress(''));
      const notes = [...leftOutNote(leftOut), ...classifierNote(classifier), ...(await datasetNote(config))];
      if (!output.json) notes.forEach((note) => output.warn(note));
      output.say(`${folder}: imported as at step ${formatCount(step)}`, {
        type: 'import',
        ...{ folder, step, notes },
      });
    });
}

/** Names of files at most that a note has. */
const MAX_NAMED = 5;

function leftOutNote(leftOut: readonly string[]): string[] {
  if (leftOut.length === 0) return [];
  const named = leftOut.slice(0, MAX_NAMED).map((path) => `'${path}'`);
  const more = leftOut.length > MAX_NAMED ? `, and ${formatCount(leftOut.length - MAX_NAMED)} more` : '';
  return [`Left out are files that no run has: ${named.join(', ')}${more}.`];
}

/** Says that a program of somebody else's came along. */
function classifierNote(from: string | null): string[] {
  if (from === null) return [];
  return [
    `It has the classifier '${from}', which runs here when its classes are asked for; \`vae probe remove\` takes it away.`,
  ];
}

/** Says that the images of a run are not on this machine. */
async function datasetNote({ data: { source, name } }: RunConfig): Promise<string[]> {
  if (source.kind === 'digits') return [];
  const place = localPath(source.uri);
  const isThere = place !== null && (await stat(place).catch(() => null)) !== null;
  if (isThere) return [];
  return [
    `The images of ${name} are not here: the run was trained on ${place ?? source.uri}. It decodes, and shows its map if it has one; what needs the images, such as training on, says so.`,
  ];
}

/** Returns the path of a file URI without a host: another machine is not asked. */
function localPath(uri: string): string | null {
  try {
    return new URL(uri).host === '' ? fileURLToPath(uri) : null;
  } catch {
    return null;
  }
}
