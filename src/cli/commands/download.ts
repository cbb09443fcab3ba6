import { Argument, Command } from 'commander';
import { hostsOf, formatSize, sizeOf } from '../../download/dataset';
import type { PublishedDataset } from '../../download/dataset';
import { downloadDataset } from '../../download/download';
import type { DownloadEvent, DownloadOptions } from '../../download/download';
import { datasetFolder, MNIST } from '../../download/mnist';
import { missingFiles } from '../../download/whole';
import { cacheRoot } from '../../setup/locations.mjs';
import type { Context } from '../context';
import { EXIT } from '../exit';
import { watchInterrupts } from '../interrupt';
import type { CliOutput } from '../output';

/** Request options for servers other than the public mirrors, as in tests. */
type DownloadEnvironment = Pick<DownloadOptions, 'stall' | 'allowLoopbackHttp'>;

/** `vae download mnist`: fetches a public dataset into the user's cache, after naming the hosts that it contacts. */
export function downloadCommand(
  context: Context,
  dataset: PublishedDataset = MNIST,
  surroundings: DownloadEnvironment = {},
): Command {
  return new Command('download')
    .description(
      `fetch ${dataset.title} (${formatSize(sizeOf(dataset.files))}) from a public mirror into your cache folder`,
    )
    .addArgument(new Argument('<dataset>', 'which one').choices([dataset.name]))
    .option('--json', 'print one JSON object per line')
    .action(() => download(context, dataset, surroundings));
}

async function download(
  context: Context,
  dataset: PublishedDataset,
  surroundings: DownloadEnvironment,
): Promise<void> {
  const { output } = context;
  const folder = datasetFolder(cacheRoot(), dataset);
  const interrupts = watchInterrupts({ onFirst: () => output.warn('stopping; what has arrived is kept') });
  const { signal } = interrupts;
  try {
    announce(output, dataset, sizeOf(await missingFiles(dataset, folder)));
    const report = (event: DownloadEvent): void => tell(output, event);
    const fetched = await downloadDataset(dataset, folder, { ...surroundings, signal, report });
    output.progress('');
    const state = fetched.length > 0 ? 'is' : 'was there already,';
    const next = `vae train --data ${quoted(folder)}`;
    output.say([`${dataset.title} ${state} in ${folder}`, 'Train on it with:', `  ${next}`], {
      ...{ type: 'ready', dataset: dataset.name, folder, fetched },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    output.progress('');
    output.say('interrupted: the same command continues from here', { type: 'interrupted' });
    context.exitCode = EXIT.interrupted;
  } finally {
    interrupts.dispose();
  }
}

/** Prints the download size and the hosts, before the first request. */
function announce(output: CliOutput, dataset: PublishedDataset, bytes: number): void {
  if (bytes === 0) return;
  const hosts = hostsOf(dataset);
  const text = `${dataset.title}: ${formatSize(bytes)} from ${hosts.join(', or else from ')}`;
  output.say(text, { type: 'download', dataset: dataset.name, bytes, hosts });
}

/** Reports a download event; byte counts go to the progress line, which only a terminal shows. */
function tell(output: CliOutput, event: DownloadEvent): void {
  switch (event.type) {
    case 'file':
      return output.say(`${event.file} from ${event.host}`, event);
    case 'redirect':
      return output.say(`redirected to ${event.host}`, event);
    case 'failure':
      return output.warn(`${event.host} ${event.reason}`);
    case 'progress':
      return output.progress(`${formatSize(event.received)} of ${formatSize(event.total)}`);
    default:
      event satisfies never;
  }
}

/** Quotes a path for the shell if necessary. */
const quoted = (path: string): string => (/^[\w./:\\@+-]+$/.test(path) ? path : `"${path}"`);
