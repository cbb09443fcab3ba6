import { basename, posix, resolve } from 'node:path';
import { PathPattern } from '../../datasets/image-files/path-patterns';
import { MNIST } from '../../download/mnist';
import { parseRequest } from '../../runs/settings/parse-request';
import { visibleText } from '../../text/visible-text';
import { candidatesOf } from '../../training/step-size-search';
import { badInput } from '../exit';
import { toRequest } from '../training';
import type { JobOptions, ScriptOptions } from './script-options';

/** How a script begins a run, or goes on with it. */
export interface TrainCall {
  /** The run folder, as an absolute path of the machine that trains. */
  readonly run: string;
  /** The words of the command; those that belong together are in one row. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Checks what can be checked without the images, and returns the call of `vae train --continue`.
 * @param base folder that relative paths start from, where the machine that trains sees it; null if it sees other folders
 * @throws CliError, DataError, RequestError
 */
export function trainCall(options: ScriptOptions, base: string | null): TrainCall {
  const { data, include = [], exclude = [], labels, labelColumn, leaveOut } = options;
  if (options.run === undefined)
    throw badInput(
      '--run: got none, expected the folder of the run, at a path that the machine which trains can see: the script begins or continues the run',
    );
  const isNamed = data === MNIST.name || /^digits(:|$)/.test(data);
  if (isNamed && (include.length > 0 || exclude.length > 0 || labels !== undefined))
    throw badInput(
      `--data ${data}: include, exclude or labels were given, expected a folder or an archive of images`,
    );
  if (labelColumn !== undefined && labels === undefined)
    throw badInput(`--label-column ${labelColumn}: got no --labels, expected the table that has this column`);
  for (const pattern of [...include, ...exclude]) new PathPattern(pattern);
  // The images may be elsewhere: others stand in for them, as the settings are checked before images are read.
  candidatesOf(toRequest({ kind: 'digits', count: 10, seed: 0 }, options)).forEach(parseRequest);
  const run = placeOf('--run', options.run, base);
  const rows = [
    [...programOf(options), 'train', '--continue'],
    ['--run', run],
    ['--data', isNamed ? data : placeOf('--data', data, base)],
    ...include.map((pattern) => ['--include', pattern]),
    ...exclude.map((pattern) => ['--exclude', pattern]),
    ...(leaveOut === undefined ? [] : [['--leave-out', placeOf('--leave-out', leaveOut, base)]]),
    ...(labels === undefined ? [] : [['--labels', placeOf('--labels', labels, base)]]),
    ...(labelColumn === undefined ? [] : [['--label-column', labelColumn]]),
    ['--preset', options.preset, '--seed', String(options.seed)],
    ...(options.samples === undefined ? [] : [['--samples', String(options.samples)]]),
    ...(options.precision === undefined ? [] : [['--precision', options.precision]]),
    ...Object.entries(options.set ?? {}).map(([key, value]) => ['--set', `${key}=${value}`]),
    ['--engine', options.engine],
    ...(options.threads === undefined ? [] : [['--threads', String(options.threads)]]),
    ...(options.device === undefined || options.device === 'auto' ? [] : [['--device', options.device]]),
  ];
  for (const word of rows.flat()) requireVisible(word);
  return { run, rows };
}

/** @throws CliError if graphics cards are asked for and not used */
export function requireGpuEngine({ gpus, engine }: JobOptions): void {
  if (gpus !== undefined && engine !== 'jax')
    throw badInput(`--gpus ${gpus}: got --engine ${engine}, expected jax, which alone uses graphics cards`);
}

/** Returns the name of a job: that of `--name`, or one made of the run folder's. */
export function jobName({ name }: JobOptions, run: string): string {
  const own = basename(run)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replaceAll(/^-|-$/g, '');
  return name ?? (own === '' ? 'vae' : `vae-${own}`);
}

function programOf({ vae = 'vae', node }: ScriptOptions): string[] {
  if (/\.[cm]?js$/.test(vae)) return [node ?? 'node', vae];
  if (node === undefined) return [vae];
  throw badInput(`--node ${node}: got --vae ${vae}, expected the file vae.cjs, which Node.js runs`);
}

function placeOf(option: string, text: string, base: string | null): string {
  const path = posix.isAbsolute(text) || base === null ? text : resolve(base, text);
  if (text !== '' && posix.isAbsolute(path)) return posix.normalize(path).replace(/(?<=.)\/$/, '');
  throw badInput(
    `${option}: got '${visibleText(text)}', expected the absolute path, such as /shared/${option.slice(2)}, on the machine that trains`,
  );
}

/** A line break would end a comment or an option of the scheduler; other hidden characters would hide what a script does. */
function requireVisible(word: string): void {
  const visible = visibleText(word, Infinity);
  if (visible !== word)
    throw badInput(`got '${visible}', expected no control or invisible characters in what a script names`);
}
