import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { jaxSources } from '../../engine/jax/engine';
import { ensureCuda } from '../../setup/cuda.mjs';
import type { Offer } from '../../setup/cuda.mjs';
import { ensureJax } from '../../setup/jax.mjs';
import { ensureNative } from '../../setup/native.mjs';
import { shippedSources } from '../../setup/sources.mjs';
import type { Sources } from '../../setup/sources.mjs';
import { megabytes, stepLine } from '../../setup/steps.mjs';
import type { Asker, Step } from '../../setup/steps.mjs';
import { askOnStdin, confirm, confirmedByProgram, consentOf } from '../confirm';
import type { Consent, ConsentOptions } from '../confirm';
import type { Context } from '../context';
import { badInput, CliError, EXIT } from '../exit';
import { watchInterrupts } from '../interrupt';
import type { CliOutput } from '../output';

interface SetupOptions extends ConsentOptions {
  readonly gpu?: true;
  readonly jax?: true;
  readonly cuda?: true;
}

/** `vae setup`: installs TensorFlow's native library, or JAX, into the user's cache; also run by the extension's command. */
export function setupCommand(
  context: Context,
  sources: Sources = shippedSources(dirname(fileURLToPath(import.meta.url))),
): Command {
  return new Command('setup')
    .description('install the TensorFlow engine into your cache folder; without it ONNX Runtime trains')
    .option(
      '--gpu',
      'install TensorFlow for an NVIDIA graphics card, beside that for the processor (Linux x64); hosts and sizes are named first',
    )
    .option('--yes', 'with --gpu: agree to the download')
    .addOption(askOnStdin())
    .option('--jax', 'install the JAX engine instead, or check the Python that was chosen for it')
    .option('--cuda', 'with --jax: for NVIDIA graphics cards')
    .option('--json', 'print one JSON object per line')
    .action((options: SetupOptions) => {
      if (options.cuda && !options.jax) throw badInput('--cuda belongs to --jax; for TensorFlow it is --gpu');
      if (options.gpu && options.jax)
        throw badInput('--gpu installs TensorFlow and --jax JAX: give one of them');
      if (options.gpu) return setUp(context, cuda(sources, consentOf(options), context));
      const install = options.jax ? jax(options.cuda ?? false) : tensorflow(sources);
      return setUp(context, install);
    });
}

/** What was installed, for people and for programs. */
interface Installed {
  readonly lines: readonly string[];
  readonly object: Readonly<Record<string, unknown>>;
}

/** Installs. @throws CliError with what failed and what to do; the abort reason */
type Install = (asker: Asker) => Promise<Installed>;

const stateText = (wasThere: boolean): string => (wasThere ? 'was set up already' : 'is set up');

function tensorflow(sources: Sources): Install {
  return async (asker) => {
    // System programs are the user's to install: missing ones are reported with the command that installs them.
    const answer = await ensureNative({ sources, mayInstallPrograms: false, asked: true, ...asker });
    if ('reason' in answer)
      throw new CliError('no-tensorflow', `TensorFlow was not set up:\n${answer.reason}`, EXIT.failure);
    const { tensorflow: version, folder, wasThere } = answer;
    const next = wasThere ? '' : '; the next training uses it';
    return {
      lines: [`TensorFlow ${version} ${stateText(wasThere)}${next}`, folder],
      object: { tensorflow: version, folder, wasThere },
    };
  };
}

function cuda({ prebuilt }: Sources, consent: Consent, context: Context): Install {
  return async (asker) => {
    const agree = (offer: Offer): Promise<boolean> => agreed(offer, consent, context);
    const answer = await ensureCuda({ prebuilt, agree, ...asker });
    if ('reason' in answer)
      throw new CliError(
        'no-cuda',
        `TensorFlow was not set up for graphics cards:\n${answer.reason}`,
        EXIT.failure,
      );
    const { tensorflow: version, folder, device, wasThere } = answer;
    return {
      lines: [
        `TensorFlow ${version} on ${device} ${stateText(wasThere)}; \`--device gpu\` trains with it, and long runs that are faster with it`,
        folder,
      ],
      object: { tensorflow: version, folder, device, wasThere },
    };
  };
}

/** Says what is fetched, how large it is and from where, and asks. @throws CliError if nobody can be asked */
async function agreed(offer: Offer, consent: Consent, context: Context): Promise<boolean> {
  const { card, hosts, download, unpacked } = offer;
  const sizes = `${megabytes(download)} MB from ${hosts.join(', ')}, which take ${megabytes(unpacked)} MB on the disk`;
  const text = `TensorFlow and NVIDIA's libraries for ${card}: ${sizes} (${megabytes(download + unpacked)} MB during the set-up)`;
  context.output.say(text, { type: 'offer', ...offer });
  if (consent === 'given') return true;
  if (consent === 'asked by program') return confirmedByProgram(context);
  return confirm('Download them?', '--yes', context);
}

function jax(withCuda: boolean): Install {
  return async (asker) => {
    const sources = jaxSources();
    if (sources === null) throw new Error('the Python sources of the JAX engine are missing');
    const answer = await ensureJax({ withCuda, sources, ...asker });
    if ('reason' in answer)
      throw new CliError('no-jax', `JAX was not set up:\n${answer.reason}`, EXIT.failure);
    const { jax: version, device, python, wasThere } = answer;
    return {
      lines: [`JAX ${version} on ${device} ${stateText(wasThere)}; \`--engine jax\` trains with it`, python],
      object: { jax: version, device, python, wasThere },
    };
  };
}

async function setUp(context: Context, install: Install): Promise<void> {
  const { output } = context;
  const interrupts = watchInterrupts({ onFirst: () => output.warn('stopping') });
  const { signal } = interrupts;
  try {
    const { lines, object } = await install({ report: stepReport(output), signal });
    output.progress('');
    output.say([...lines], { type: 'ready', ...object });
  } catch (error) {
    output.progress('');
    if (!signal.aborted) throw error;
    output.say(
      'interrupted: nothing was set up; what can be continued of a download is kept for the next time',
      { type: 'interrupted' },
    );
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
