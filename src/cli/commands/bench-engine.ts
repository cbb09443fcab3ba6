import { Command, Option } from 'commander';
import { surveySource } from '../../datasets/survey-source';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { programTimes } from '../../engine-process/programs/choose-program';
import { areDisturbed, fastest } from '../../engine-process/programs/time-programs';
import { jaxPython } from '../../setup/locations.mjs';
import type { EngineChoice } from '../../engine/choose';
import type { ProgramTime } from '../../engine-process/programs/time-programs';
import type { Precision } from '../../vae/config';
import { PRESET_NAMES } from '../../runs/config';
import type { PresetName } from '../../runs/config';
import { planPreset } from '../../training/plan-preset';
import { keyValue } from '../arguments';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { badInput, CliError, EXIT } from '../exit';
import { formatTable } from '../format';
import { watchInterrupts } from '../interrupt';
import { addDeviceOption, addEngineOptions, addPrecisionOption, precisionSetting } from '../training';
import type { EngineFlags } from '../training';

interface BenchOptions extends ImageSelectionOptions, EngineFlags {
  readonly preset: PresetName;
  readonly set?: Readonly<Record<string, string>>;
  readonly precision?: Precision;
}

const HELP = `
Trains the model for a moment with each engine, with each way in which TensorFlow runs its loop (xla: compiled as a whole; graph: kernel by
kernel), on a graphics card if there is one, and the fastest with fewer threads. The result is kept, unless other programs kept the processor busy: \`vae train\` chooses by it
for a new run that is long enough, and measures by itself what has not been measured. A run goes on with what it began with. JAX is
measured, too, if it is set up, but trains only what is asked for by \`--engine jax\`.`;

/** `vae bench-engine DATA`: says how fast each engine trains a preset's model on this machine. Trains nothing that is kept. */
export function benchEngineCommand(context: Context): Command {
  const command = new Command('bench-engine')
    .description("measure how fast each engine trains a preset's model on this machine")
    .argument('[DATA]', DATA_HELP, 'digits')
    .addOption(new Option('--preset <name>', 'model and training').choices(PRESET_NAMES).default('fast'))
    .option(
      '--set <key=value>',
      'change one value as for `vae train`, such as latent=3; repeatable',
      keyValue,
    )
    .addHelpText('after', HELP)
    .action(async (data: string, options: BenchOptions) => {
      const { output } = context;
      const { preset, engine, threads = null, device = 'auto' } = options;
      const set = { ...precisionSetting(options.precision), ...options.set };
      const source = await datasetSourceOf(data, options, context);
      output.progress('looking at the images');
      const survey = await surveySource(source, loadOptions());
      const { config, problem } = planPreset({ source, preset, seed: 0, set }, survey);
      if (config === null) throw badInput(`${preset} cannot be trained on these: ${problem}`);
      const interrupts = watchInterrupts({ onFirst: () => output.progress('') });
      try {
        const measure = (choice: EngineChoice) =>
          programTimes({ engine: choice, threads, device }, config, survey.count, true, {
            signal: interrupts.signal,
            onProgress: (message) => output.progress(message),
          });
        const chosen = await measure(engine);
        const isJaxAnother = engine === 'auto' && jaxPython() !== null;
        const times = isJaxAnother ? [...chosen, ...(await measure('jax'))] : chosen;
        output.progress('');
        sayTimes(times, context);
      } catch (error) {
        if (!interrupts.signal.aborted) throw error;
        context.exitCode = EXIT.interrupted;
      } finally {
        interrupts.dispose();
      }
    });
  return addDeviceOption(addEngineOptions(addPrecisionOption(addChoiceOptions(command))));
}

/** @throws CliError if no engine trains */
function sayTimes(times: readonly ProgramTime[], { output }: Context): void {
  const best = fastest(times);
  const rows = times.map(({ program, secondsPerStep: seconds, problem }) => [
    program.adapter ? `${program.engine} on ${program.adapter.name}` : program.engine,
    program.executor ?? '',
    String(program.threads),
    seconds === null ? '' : (1000 * seconds).toPrecision(3),
    seconds === null ? problem : program === best ? 'fastest' : '',
  ]);
  const [header = '', ...lines] = formatTable([['engine', 'loop', 'threads', 'ms a step', ''], ...rows]);
  output.say(header, null);
  times.forEach((row, i) =>
    output.say([lines[i]!], {
      type: 'time',
      ...row,
      ...row.program,
      program: undefined,
      fastest: row.program === best,
    }),
  );
  if (areDisturbed(times))
    output.warn(
      'other programs kept the processor busy: this result is not kept; repeat this on a quiet machine',
    );
  if (best === null) throw new CliError('no-engine', 'no engine trains this model here', EXIT.failure);
}
