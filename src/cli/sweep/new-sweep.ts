import { basename, dirname, join } from 'node:path';
import { withRules } from '../../domain/reading';
import { makeFolders, makeNewFolder, removeFolder, replaceFile } from '../../runs/guarded-files';
import { guarded, inRun, statPath } from '../../runs/guarded-path';
import { FOLDER_NAME, writeSweep } from '../../sweeps/sweep-file';
import type { Sweep } from '../../sweeps/sweep-file';
import { nameOfSource, sweepsRootOf } from '../../sweeps/sweep-view';
import type { Search } from '../../sweeps/trials';
import { PRODUCT_VERSION } from '../../engine-process/product';
import type { Context } from '../context';
import { badInput } from '../exit';
import type { EngineFlags } from '../training';
import type { SweepOrder, PlannedSweep } from './plan-sweep';

/** Further choices about a new sweep. */
export interface NewSweepOptions extends Pick<EngineFlags, 'engine' | 'device'> {
  /** Threads of each trial, 0 for one per core. */
  readonly trialThreads: number;
  readonly name: string | undefined;
  readonly ranking: Sweep['ranking'];
  /** The cluster that trains it; null for this machine. */
  readonly on: Sweep['on'] | null;
}

/**
 * Creates the folder of a new sweep and writes its request into it.
 * @returns the folder
 * @throws CliError if there is one of that name, or a run folder of one of its trials
 */
export async function createSweep(
  planned: PlannedSweep,
  { search, parallel }: SweepOrder,
  options: NewSweepOptions,
  runsRoot: string,
  context: Context,
): Promise<string> {
  const now = context.today();
  const root = sweepsRootOf(runsRoot);
  const name = options.name ?? (await freeName(root, nameFor(planned, now)));
  if (!FOLDER_NAME.test(name))
    throw badInput(
      `--name: got '${name}', expected up to 100 letters, digits, dots, hyphens and underscores, the first a letter or a digit`,
    );
  const digits = String(planned.trials.length).length;
  const trials = planned.trials.map(({ values }, i) => ({
    run: `${name.slice(0, 90)}-t${String(i + 1).padStart(digits, '0')}`,
    values: { ...values },
  }));
  for (const { run } of trials)
    if ((await statPath(guarded(runsRoot, run))) !== null)
      throw badInput(`${join(runsRoot, run)} exists already; expected another --name, or move that run away`);
  await makeFolders(guarded(root));
  await ignoreInGit(dirname(root));
  const target = guarded(root, name);
  if (!(await makeNewFolder(target)))
    throw badInput(
      `${target.path} exists already; expected another --name (\`vae sweep --continue ${name}\` goes on with that sweep)`,
    );
  const { request, dimensions, stopping } = planned;
  const sweep: Sweep = {
    ...{ format: 'latent-explorer/sweep/1', createdAt: now.toISOString(), product: PRODUCT_VERSION },
    request: { ...request, source: withRules(request.source), set: { ...request.set } },
    ...{ search: searchOf(search, dimensions), runs: basename(runsRoot), stopping },
    settings: dimensions.map(({ setting }) => setting),
    ...(options.on && { on: options.on }),
    ...(options.device && options.device !== 'auto' ? { device: options.device } : {}),
    ...{ parallel, threads: options.trialThreads, engine: options.engine, ranking: options.ranking, trials },
  };
  try {
    await writeSweep(target.path, sweep);
  } catch (error) {
    await removeFolder(target);
    throw error;
  }
  return target.path;
}

/** What has to be known of a search to carry it out. */
function searchOf(search: Search, dimensions: PlannedSweep['dimensions']): Sweep['search'] {
  if (search.kind === 'grid') return search;
  const { kind, trials, seed } = search;
  if (kind === 'random') return { kind, trials, seed };
  const spaces = dimensions.map((of) => ('values' in of ? { ...of, values: [...of.values] } : of));
  return { kind, trials, seed, dimensions: spaces };
}

/** A .gitignore keeps what we make in `.vae` out of git, as for runs. */
async function ignoreInGit(ownFolder: string): Promise<void> {
  if (basename(ownFolder) !== '.vae') return;
  const target = guarded(ownFolder, '.gitignore');
  if ((await statPath(target).catch(() => true)) === null)
    await replaceFile(target, '*\n').catch(() => undefined);
}

function nameFor({ request }: PlannedSweep, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const dataset = nameOfSource(request.source)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${stamp}-${dataset || 'sweep'}`;
}

async function freeName(root: string, name: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const each = attempt === 1 ? name : `${name}-${attempt}`;
    if ((await statPath(inRun(join(root, each)))) === null) return each;
  }
}
