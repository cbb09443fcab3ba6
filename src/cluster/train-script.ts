import type { RemoteJob } from '../runs/remote-run';
import { DATA_FOLDER, imagesFolder, packageFolder } from './sent-images';
import type { SentImages } from './sent-images';
import { FIND_NODE, quoted, SCRIPT_EXIT } from './shell';

/** Folder below the logs of Ray's session in which runs are: the dashboard serves what is there. */
const PLACE = 'latent-explorer';

/** Returns where the files of a job's run are, below the folder of logs. */
export const placeOf = (jobId: string): string => `${PLACE}/${jobId}/run`;

/** Folder of what a run goes on from, in the package that it is sent in. */
export const START_FOLDER = 'run';
/** Path in the package of the images, of the list of those that are left out. */
export const LEAVE_OUT_FILE = 'leave-out.txt';

/** Stand in the script of a trial for the name of its run folder, and for its own settings. */
export const TRIAL_MARK = '@TRIAL@';
const SETTINGS_MARK = '@SETTINGS@';

/** What a job is made of. Packages are given by their URIs. */
export interface TrainScript {
  readonly runId: string;
  readonly jobId: string;
  readonly job: RemoteJob;
  /** Arguments of `vae train` that name the images that are sent; null if none are. */
  readonly sent: SentImages | null;
  /** Package with what the run goes on from; null at its start. */
  readonly start: string | null;
  /** Lines of metrics that the start has. */
  readonly startLines: number;
  /** Whether it is a trial of a sweep, whose name and settings python/latent_explorer_ray/sweep.py puts in the place of their marks. */
  readonly isTrial?: boolean;
  /** Further arguments of `vae resume`. */
  readonly resume: readonly string[];
  readonly storage: string | null;
  /** Graphics cards of the process; JAX has to find one then. */
  readonly gpus: number;
}

/**
 * Returns the shell script that is the job's entry point: it finds Node, tries the engine, and trains in a folder that the dashboard serves.
 * With `exec` at its end, so that Ray's SIGTERM reaches the engine, which stops at a checkpoint.
 */
export function trainScript(parts: TrainScript): string {
  const { runId, jobId, job, sent, start, startLines, storage, gpus, isTrial = false } = parts;
  const startFolder = isTrial ? `${TRIAL_MARK}/${START_FOLDER}` : START_FOLDER;
  const own = storage === null ? null : `${storage.replace(/\/+$/, '')}/${PLACE}/${runId}`;
  // Not on the processor instead, while the card is held for nothing.
  const device = job.engine === 'jax' && gpus > 0 ? ['--device', 'gpu'] : [];
  const engine = ['--engine', job.engine, '--threads', String(job.threads), ...device, '--json'];
  return [
    'set -u',
    ...FIND_NODE,
    `"$N" engine/vae.cjs --version || { echo ${quoted('latent-explorer: the engine does not start here:')} "$(uname -srm) $(getconf GNU_LIBC_VERSION 2>/dev/null), Node $("$N" --version)" >&2; exit ${SCRIPT_EXIT.noEngine}; }`,
    // Unpacked packages lie beside each other: this folder is the engine's, and PYTHONPATH names the others.
    `package() { printf '%s\\n' "\${PYTHONPATH:-}" | tr : '\\n' | grep -m 1 -- "/$1\\$"; }`,
    `L="$PWD/../../../logs"`,
    `[ -d "$L" ] || { echo ${quoted('latent-explorer: found no folder of logs of Ray beside the package, in')} "$PWD" >&2; exit ${SCRIPT_EXIT.noPlace}; }`,
    ...(sent === null ? [] : findImages(sent)),
    ...(job.ranks === undefined ? [] : [otherRank(job.threads)]),
    `D="$(cd "$L" && pwd)/${PLACE}/${jobId}"`,
    'mkdir -p "$D"',
    ...(own === null
      ? ['R="$D/run"']
      : [
          `R=${quoted(own)}`,
          `mkdir -p "$R" || { echo ${quoted(`latent-explorer: ${storage} cannot be written to here`)} >&2; exit ${SCRIPT_EXIT.noPlace}; }`,
          '[ -e "$D/run" ] || ln -s "$R" "$D/run"',
        ]),
    ...(start === null
      ? []
      : [
          // What is in the storage may be newer than what was last fetched from there.
          `LINES="$(cat "$R/metrics.jsonl" 2>/dev/null | wc -l)"`,
          `START="$(package ${packageFolder(start)})/${startFolder}"`,
          `if [ -d "$START" ] && { [ ! -f "$R/config.json" ] || [ "$LINES" -lt ${isTrial ? '"$(wc -l < "$START/metrics.jsonl")"' : startLines} ]; }; then mkdir -p "$R"; cp -R "$START/." "$R/"; fi`,
        ]),
    'if [ -f "$R/config.json" ]; then',
    ...(sent === null
      ? []
      : [
          // The images lie elsewhere in each of Ray's sessions.
          `sed "s|file://[^\\"]*/${imagesFolder(sent)}/|file://$DATA/|g" "$R/config.json" > "$R/config.json.new" && mv "$R/config.json.new" "$R/config.json"`,
        ]),
    ...(job.engine === 'jax' ? [jaxPython] : []),
    `exec "$N" engine/vae.cjs ${['resume', '"$R"', ...[...parts.resume, ...engine].map(quoted)].join(' ')}`,
    'fi',
    ...(job.engine === 'jax' ? [jaxPython] : []),
    `exec "$N" engine/vae.cjs train ${[...imageArguments(job, sent), ...settingArguments(job), ...(isTrial ? [SETTINGS_MARK] : []), ...engine.map(quoted), '--run', '"$R"'].join(' ')}`,
  ].join('\n');
}

/** Sets DATA to the folder with the images that were sent. Files of packed rows, each in a package of its own, are linked into one. */
function findImages(sent: SentImages): string[] {
  const { uris, rows } = sent;
  if (rows === null) return [`DATA="$(package ${packageFolder(uris[0]!)})"`];
  return [
    `DATA="$(cd "$L" && pwd)/${PLACE}/${imagesFolder(sent)}"`,
    `mkdir -p "$DATA/${DATA_FOLDER}"`,
    // Another trial may read what is there; a link into a package that was removed and sent again is good again.
    `link() { ln -s "$1" "$2" 2>/dev/null || [ -e "$2" ] || ln -sf "$1" "$2"; }`,
    ...uris.map((uri, i) => {
      const name = `${DATA_FOLDER}/${rows[i]!}`;
      return `link "$(package ${packageFolder(uri)})/${name}" "$DATA/${name}"`;
    }),
  ];
}

/** Of several ranks, the first one has the run's folder; each of the others only reads its own images. */
const otherRank = (threads: number): string =>
  `[ "\${LATENT_EXPLORER_RANK:-0}" = 0 ] || exec "$N" engine/vae.cjs train-rank --threads ${threads} --json`;

/** The job's own Python, in which pip has installed what the cluster's entry names. */
const jaxPython =
  'export LATENT_EXPLORER_JAX_PYTHON="${LATENT_EXPLORER_JAX_PYTHON:-$(command -v python || command -v python3)}"';

function settingArguments({ preset, seed, set }: RemoteJob): string[] {
  const settings = Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  return ['--preset', preset, '--seed', String(seed), ...settings].map(quoted);
}

function imageArguments({ images, source }: RemoteJob, sent: SentImages | null): string[] {
  // What was packed is chosen, and has its labels.
  const choice = images.from === 'cluster' ? images : sent?.rows ? {} : (source ?? {});
  const {
    include = [],
    exclude = [],
    labelColumn,
  } = choice as {
    include?: readonly string[];
    exclude?: readonly string[];
    labelColumn?: string;
  };
  const chosen = [
    ...include.flatMap((pattern) => ['--include', pattern]),
    ...exclude.flatMap((pattern) => ['--exclude', pattern]),
    ...(labelColumn === undefined ? [] : ['--label-column', labelColumn]),
  ].map(quoted);
  const leftOut = sent?.hasLeftOut ? ['--leave-out', `"$DATA"/${LEAVE_OUT_FILE}`] : [];
  if (images.from === 'cluster')
    return [
      ...['--data', quoted(images.path)],
      ...(images.labels === undefined ? [] : ['--labels', quoted(images.labels)]),
      ...chosen,
    ];
  if (source?.kind === 'digits') return ['--data', quoted(`digits:${source.count}`), ...leftOut];
  return [
    ...['--data', `"$DATA"/${quoted(`${DATA_FOLDER}/${sent!.path}`)}`],
    ...(sent!.labels === null ? [] : ['--labels', `"$DATA"/${quoted(sent!.labels)}`]),
    ...chosen,
    ...leftOut,
  ];
}
