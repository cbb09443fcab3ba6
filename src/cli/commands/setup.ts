import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { ensureNative } from '../../setup/native.mjs';
import { shippedSources } from '../../setup/sources.mjs';
import type { Sources } from '../../setup/sources.mjs';
import { stepLine } from '../../setup/steps.mjs';
import type { Step } from '../../setup/steps.mjs';
import type { Context } from '../context';
import { CliError, EXIT } from '../exit';
import { watchInterrupts } from '../interrupt';
import type { CliOutput } from '../output';

/** `vae setup`: installs TensorFlow's native library into the user's cache; also run by the extension's command. */
export function setupCommand(
  context: Context,
  sources: Sources = shippedSources(dirname(fileURLToPath(import.meta.url))),
): Command {
  return new Command('setup')
    .description('install the TensorFlow engine into your cache folder; without it ONNX Runtime trains')
    .option('--json', 'print one JSON object per line')
    .action(() => setUp(context, sources));
}

async function setUp(context: Context, sources: Sources): Promise<void> {
  const { output } = context;
  const interrupts = watchInterrupts({ onFirst: () => output.warn('removing partial files') });
  const { signal } = interrupts;
  const report = stepReport(output);
  try {
    // System programs are the user's to install: missing ones are reported with the command that installs them.
    const answer = await ensureNative({ sources, mayInstallPrograms: false, asked: true, report, signal });
    output.progress('');
    if ('reason' in answer)
      throw new CliError('no-tensorflow', `TensorFlow was not set up:\n${answer.reason}`, EXIT.failure);
    const { tensorflow, folder, wasThere } = answer;
    const state = wasThere ? 'was set up already' : 'is set up; the next training uses it';
    output.say([`TensorFlow ${tensorflow} ${state}`, folder], {
      type: 'ready',
      tensorflow,
      folder,
      wasThere,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    output.progress('');
    output.say('interrupted: partial files were removed', { type: 'interrupted' });
    context.exitCode = EXIT.interrupted;
  } finally {
    interrupts.dispose();
  }
}

/** Prints a line for each step and shows download progress on the progress line; with --json, every event is an object. */
function stepReport(output: CliOutput): (step: Step) => void {
  let last = '';
  return (step) => {
    if (step.text !== last) output.progress('');
    output.say(step.text === last ? null : step.text, { type: 'step', ...step });
    if (step.total !== undefined) output.progress(stepLine(step));
    last = step.text;
  };
}
