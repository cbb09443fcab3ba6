import { open, rm } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { storageProblem } from '../../runs/storage';
import type { Context } from '../context';
import { CliError, EXIT } from '../exit';
import { titled } from '../report';
import { kubernetesJob } from '../script/kubernetes';
import type { KubernetesOptions } from '../script/kubernetes';
import { addJobOptions, addScriptOptions, matching } from '../script/script-options';
import type { ScriptOptions } from '../script/script-options';
import { slurmScript, slurmTime } from '../script/slurm';
import type { SlurmOptions } from '../script/slurm';
import { sshScript } from '../script/ssh';

const EXAMPLES = `
Examples:
  vae script slurm --run runs/faces --data photos --time 12:00:00 --threads 8 --out faces.sh
  vae script ssh me@host --run /home/me/runs/faces --data /home/me/photos > faces.sh
  vae script kubernetes --image registry/vae:1 --claim shared --run /shared/runs/faces --data /shared/photos

The script trains with \`vae train --continue\`, whose options it takes: run the same file again to continue. Settings are
checked; images are not read.`;

const SLURM_DETAILS = `
Relative paths start from the current folder: the nodes see the same folders as this machine. Without --time and
--memory the cluster's defaults apply.`;

const KUBERNETES_DETAILS = `
Paths are those in the container, where the volume is at --mount.`;

/** `vae script`: writes a script that trains where a scheduler or another machine starts it. Starts nothing. */
export function scriptCommand(context: Context): Command {
  return new Command('script')
    .description('write a script that trains on a cluster without Ray, or on another machine')
    .addHelpText('after', EXAMPLES)
    .addCommand(slurmCommand(context))
    .addCommand(sshCommand(context))
    .addCommand(kubernetesCommand(context));
}

const word = matching(/^\w[\w.,@+/-]*$/, 'a name without spaces');

function slurmCommand(context: Context): Command {
  return addJobOptions(new Command('slurm'))
    .description('write a batch script for Slurm: sbatch FILE')
    .option('--time <limit>', 'time limit, such as 12:00:00 or 2-00:00:00', slurmTime)
    .option('--partition <name>', 'partition to ask for', word)
    .option('--account <name>', 'account to charge', word)
    .option(
      '--module <name>',
      'environment module to load, such as that of Node.js; repeatable',
      (text: string, before: readonly string[] = []) => [...before, word(text)],
    )
    .addHelpText('after', SLURM_DETAILS)
    .action((options: SlurmOptions) => write(slurmScript(options, context.cwd), 0o755, options, context));
}

function sshCommand(context: Context): Command {
  return addScriptOptions(new Command('ssh'))
    .description('write a script that starts a training on another machine and lets it run')
    .argument(
      '<HOST>',
      'machine, as ssh takes it, such as me@host',
      matching(/^[\w.][\w.@:-]*$/, 'a host or user@host'),
    )
    .addHelpText('after', '\nPaths are those of HOST.')
    .action((host: string, options: ScriptOptions) =>
      write(sshScript(options, host), 0o755, options, context),
    );
}

function kubernetesCommand(context: Context): Command {
  return addJobOptions(new Command('kubernetes'))
    .description('write the manifest of a Kubernetes Job: kubectl apply -f FILE')
    .requiredOption(
      '--image <image>',
      'container image with Node.js 20.15 or newer',
      matching(/^\w[\w./:@-]*$/, 'the name of an image'),
    )
    .requiredOption(
      '--claim <name>',
      'persistent volume claim with the run folder',
      matching(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'the name of a persistent volume claim'),
    )
    .addOption(
      new Option('--mount <dir>', 'folder in the container where the volume is')
        .default('/shared')
        .argParser((text: string) => {
          if (posix.isAbsolute(text) && !/[\p{C}:]/u.test(text)) return text;
          throw new InvalidArgumentError('Expected an absolute path without colons.');
        }),
    )
    .addHelpText('after', KUBERNETES_DETAILS)
    .action((options: KubernetesOptions) => write(kubernetesJob(options), 0o644, options, context));
}

/** Prints a script, or writes it into a new file. @throws CliError; a system error, also if the file exists */
async function write(text: string, mode: number, { out }: ScriptOptions, context: Context): Promise<void> {
  if (out === undefined) {
    if (context.output.json) context.output.say(null, { type: 'script', text });
    else context.output.print(text);
    return;
  }
  const file = resolve(context.cwd, out);
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(`${text}\n`);
  } catch (error) {
    await rm(file, { force: true });
    const problem = await storageProblem(error, file, Buffer.byteLength(text));
    throw problem === null
      ? error
      : new CliError('not-written', `${problem}. Nothing was written.`, EXIT.failure);
  } finally {
    await handle.close();
  }
  context.output.say(titled('script', file), { type: 'script', file });
}
