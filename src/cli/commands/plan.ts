import { realpath } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { DatasetSource } from '../../datasets/dataset';
import { takesImageChoice } from '../../datasets/image-choice';
import { findTables } from '../../datasets/labels/find-tables';
import type { FoundTable } from '../../datasets/labels/find-tables';
import { ignoresCase } from '../../datasets/path-lookup';
import { surveySource } from '../../datasets/survey-source';
import type { SourceSurvey } from '../../datasets/survey-source';
import { precisionText } from '../../engine-process/programs/compare-precisions';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { PRESET_NAMES } from '../../runs/config';
import type { PresetName } from '../../runs/config';
import type { Precision } from '../../vae/config';
import { advisedPreset, planPreset } from '../../training/plan-preset';
import type { AdvisedReason, PresetPlan } from '../../training/plan-preset';
import { formatCount } from '../../text/format-count';
import { keyValue } from '../arguments';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { formatSeconds } from '../format';
import { StepTimer } from '../step-timer';
import { addDeviceOption, addEngineOptions, addPrecisionOption, precisionSetting } from '../training';
import type { EngineFlags } from '../training';
import { titled } from '../report';

interface PlanOptions extends ImageSelectionOptions, EngineFlags {
  readonly preset?: readonly PresetName[];
  readonly set?: Readonly<Record<string, string>>;
  readonly precision?: Precision;
  readonly time: boolean;
}

/**
 * `vae plan DATA`: says what each preset would do to the images of a dataset, and how long it would take on this machine. Trains
 * nothing that is kept.
 */
export function planCommand(context: Context): Command {
  const command = new Command('plan')
    .description(
      'say what each preset would do to a dataset, which one is advised, and how long it would take here',
    )
    .argument('<DATA>', DATA_HELP)
    .addOption(
      new Option('--preset <name>', 'only this preset; repeatable')
        .choices(PRESET_NAMES)
        .argParser((name: string, before: readonly PresetName[] = []) => [...before, presetNamed(name)]),
    )
    .option(
      '--set <key=value>',
      'change one value as for `vae train`, such as latent=3; repeatable',
      keyValue,
    )
    .option('--no-time', 'skip the time estimate, which trains each preset for a second')
    .action(async (data: string, options: PlanOptions) => {
      const { output } = context;
      const source = await datasetSourceOf(data, options, context);
      output.progress('looking at the images');
      const survey = await surveySource(source, loadOptions());
      const tables = await tablesOf(source, survey);
      output.progress('');
      const { count: images, size, sizes, colour } = survey;
      output.say([datasetText(survey), ...tables.map(tableText)], {
        ...{ type: 'dataset', images, size, sizes, colour, tables },
      });
      const advised = advisedPreset(survey);
      const names = options.preset ?? [
        advised.preset,
        ...PRESET_NAMES.filter((name) => name !== advised.preset),
      ];
      const set = { ...precisionSetting(options.precision), ...options.set };
      const plans = names.map((preset) => planPreset({ source, preset, seed: 0, set }, survey));
      for (const plan of plans) {
        const reason = plan.preset === advised.preset ? advised.reason : null;
        // The configuration is of use here alone: undefined is absent in JSON.
        const shown = { ...plan, config: undefined };
        output.say(planText(plan, reason), { type: 'preset', advised: reason, ...shown });
      }
      if (!options.time) return;
      const timer = new StepTimer(options, context.output);
      for (const { preset, config } of plans) {
        if (config === null) continue;
        output.progress(`measuring ${preset}`);
        const time = await timer.time(config, images);
        output.progress('');
        const steps = Math.ceil(config.training.samples / config.training.minibatch);
        const seconds = steps * time.secondsPerStep;
        const ends = config.training.patience > 0 ? '; it ends earlier if the validation bound settles' : '';
        output.say(
          titled(
            preset,
            `about ${formatSeconds(seconds)} for all ${formatCount(config.training.samples)} samples${ends}`,
          ),
          { type: 'time', preset, seconds, ...time },
        );
        if (time.secondsWithFloat32 !== undefined)
          output.say(titled(preset, precisionText(time.secondsPerStep, time.secondsWithFloat32)), null);
      }
    });
  return addDeviceOption(addEngineOptions(addPrecisionOption(addChoiceOptions(command))));
}

const REASONS: Readonly<Record<AdvisedReason, string>> = {
  colour: 'the images have colour',
  large: 'the images are larger than 28 pixels',
  small: 'the images are small and grey',
};

function presetNamed(name: string): PresetName {
  const found = PRESET_NAMES.find((each) => each === name);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Expected one of ${PRESET_NAMES.join(', ')}.`);
}

/** Finds the tables of a folder or an archive in one file. */
async function tablesOf(source: DatasetSource, { paths }: SourceSurvey): Promise<FoundTable[]> {
  if (!takesImageChoice(source)) return [];
  const place = fileURLToPath(source.uri);
  if (source.kind !== 'folder') return findTables(place, false, paths, {});
  const root = await realpath(place);
  return findTables(place, true, paths, {
    roots: [place, root],
    ignoresCase: await ignoresCase(root, paths),
  });
}

function datasetText({ count, size, sizes, colour }: SourceSurvey): string {
  const pixels =
    size === null ? 'of unknown size' : `${sizes > 1 ? 'most often ' : ''}${size.width} × ${size.height}`;
  return titled('images', `${formatCount(count)}, ${pixels}, ${colour ? 'colour' : 'grey'}`);
}

function tableText({ path, images, labels }: FoundTable): string {
  const columns = labels.map(({ name, classes }) => `${name} (${formatCount(classes)})`).join(', ');
  return titled('table', `${path}: ${formatCount(images)} images; may be labels: ${columns || 'none'}`);
}

function planText(plan: PresetPlan, advised: AdvisedReason | null): string {
  if (plan.shape === null) return titled(plan.preset, `cannot be trained on these: ${plan.problem}`);
  const { width, height, channels } = plan.shape;
  const cropped = plan.cropped > 0 ? `, cropped by ${Math.round(100 * plan.cropped)} % on average` : '';
  const images = `${width} × ${height}, ${channels === 3 ? 'colour' : 'grey'}${cropped}`;
  const advice = advised === null ? '' : `advised, as ${REASONS[advised]}: `;
  return titled(plan.preset, `${advice}${images}; ${plan.likelihood}`);
}
