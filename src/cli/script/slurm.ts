import { InvalidArgumentError } from 'commander';
import { DEFAULT_THREADS } from './script-options';
import type { JobOptions } from './script-options';
import { shellQuote } from './shell-quote';
import { jobName, requireGpuEngine, trainCall } from './train-call';

export interface SlurmOptions extends JobOptions {
  readonly time?: string;
  readonly partition?: string;
  readonly account?: string;
  readonly module?: readonly string[];
}

/**
 * How long before the time limit a checkpoint is asked for, in seconds. The signal is not TERM, which a cancelled job gets as well: that
 * one must not queue itself again.
 */
const GRACE_SECONDS = 120;

/**
 * Checks a time limit as Slurm writes it: minutes, minutes:seconds, hours:minutes:seconds, or days and a hyphen before hours,
 * hours:minutes or hours:minutes:seconds. @throws InvalidArgumentError
 */
export function slurmTime(text: string): string {
  const match = /^(?:(\d{1,4})-)?(\d{1,6})(?::(\d\d?))?(?::(\d\d?))?$/.exec(text);
  if (!match)
    throw new InvalidArgumentError('Expected a time limit of Slurm, such as 12:00:00 or 2-00:00:00.');
  const [days, first, second, third] = match
    .slice(1)
    .map((part) => (part === undefined ? null : Number(part)));
  const [hours, minutes, seconds] =
    days !== null || third !== null ? [first!, second ?? 0, third ?? 0] : [0, first!, second ?? 0];
  const total = (((days ?? 0) * 24 + hours) * 60 + minutes) * 60 + seconds;
  // Less would be queued again and again, and hardly train.
  if (total >= 5 * GRACE_SECONDS) return text;
  throw new InvalidArgumentError(
    'Expected at least 10 minutes: training stops two minutes before the limit.',
  );
}

/**
 * Returns a script for `sbatch`, on one node.
 * @param cwd folder that relative paths start from: the one that submits sees the same folders @throws as `trainCall`
 */
export function slurmScript(options: SlurmOptions, cwd: string): string {
  requireGpuEngine(options);
  const { threads = DEFAULT_THREADS, time, memory, gpus, partition, account, module = [] } = options;
  const { run, rows } = trainCall({ ...options, threads }, cwd);
  const name = jobName(options, run);
  const ask = [
    `--job-name=${name}`,
    ...['--nodes=1', '--ntasks=1', `--cpus-per-task=${threads}`],
    ...(memory === undefined ? [] : [`--mem=${memory}G`]),
    ...(gpus === undefined ? [] : [`--gres=gpu:${gpus}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...[`--output=${name}-%j.log`, '--open-mode=append', `--signal=B:USR1@${GRACE_SECONDS}`, '--requeue'],
  ];
  const load =
    module.length === 0 ? ['# module load nodejs'] : module.map((each) => `module load ${shellQuote(each)}`);
  return [
    '#!/bin/bash',
    '# Trains a run of Latent Explorer on one node of a Slurm cluster: hand this file to sbatch. It begins the run, or goes on with it.',
    ...ask.map((option) => `#SBATCH ${option}`),
    '',
    '# Node.js 20.15 or newer has to be on the path. Change this to what the cluster calls it:',
    ...load,
    ...(options.engine === 'jax'
      ? [
          '# The Python with JAX, unless `vae setup --jax` was run with this home:',
          '# export LATENT_EXPLORER_JAX_PYTHON=/path/to/python',
        ]
      : []),
    '',
    'train=(',
    ...rows.map((row) => `  ${shellQuote(...row)}`),
    ')',
    '',
    `# ${GRACE_SECONDS} s before the time limit Slurm sends USR1, to this script alone: vae is to write a checkpoint, then the job is queued again.`,
    'vae=',
    'limit=',
    'told=',
    'on_limit() {',
    '  heard=yes',
    '  limit=yes',
    '  [ -n "$vae" ] && [ -z "$told" ] && told=yes && kill -TERM "$vae"',
    '}',
    'trap on_limit USR1',
    '# A job that is cancelled or preempted gets TERM, vae as well as this script: a second TERM would end vae without a checkpoint.',
    "trap 'heard=yes' TERM",
    '',
    '"${train[@]}" &',
    'vae=$!',
    '[ -z "$limit" ] || on_limit',
    '',
    '# A signal ends `wait` early; 127 says that vae had been waited for before.',
    'code=127',
    'while :; do',
    '  heard=',
    '  wait "$vae"',
    '  status=$?',
    '  [ "$status" -eq 127 ] || code=$status',
    '  [ -n "$heard" ] || break',
    'done',
    '',
    '# 130: stopped at a checkpoint. 143: had not begun to train. A run that is finished (0), has failed, or that a person stopped is left.',
    'if [ -n "$limit" ] && { [ "$code" -eq 130 ] || [ "$code" -eq 143 ]; }; then',
    '  scontrol requeue "$SLURM_JOB_ID" || echo "The job could not be queued again; sbatch this file to go on." >&2',
    'fi',
    'exit "$code"',
  ].join('\n');
}
