import { PRESET_NAMES } from '../../runs/config';
import type { PresetName } from '../../runs/config';
import type { PlannedPreset } from '../../protocol/schemas/plan-line';
import { likelihoodText } from '../../text/likelihood-text';
import { formatSeconds, plainText } from '../format';
import type { Translate } from '../format';
import type { Choice } from './train-choices';
import type { TrainPlan } from './train-plan';

/** What is known of a training. */
export type KnownPlan = Pick<TrainPlan, 'presets' | 'seconds'>;

/** What each preset is for, the one for most datasets first. */
function purposes(t: Translate): Record<PresetName, string> {
  return {
    fast: t('Adam; a good bound in minutes, stops when the validation bound settles'),
    conv: t('Convolutions, Adam; for pictures and colours, at 32, 64 or 128 pixels; takes longer'),
    aevb: t('The experiment of Kingma & Welling: Adagrad, to compare with the paper'),
    'aevb-frey': t('The paper’s set-up for faces: a Gaussian decoder, for small grey pictures'),
    iwae: t('The importance-weighted bound with 50 samples on binary images; slow, for comparisons'),
    'wake-sleep': t('The algorithm that the paper compares with, on the same model'),
  };
}

/** Returns the presets with what they are for and, as far as it is known, what they would do to the images. */
export function presetChoices(plan: KnownPlan, t: Translate): Choice<PresetName>[] {
  const purpose = purposes(t);
  const order: readonly PresetName[] = ['fast', 'aevb', 'conv', 'aevb-frey', 'iwae', 'wake-sleep'];
  return [...order, ...PRESET_NAMES.filter((name) => !order.includes(name))].map((value) => {
    const planned = plan.presets.get(value);
    const seconds = plan.seconds.get(value);
    const reason = planned ? adviceText(planned, t) : null;
    return {
      label: reason === null ? value : t('{0} (advised)', value),
      // Here, because a long line below is cut.
      ...(planned
        ? {
            description: [
              plannedText(planned, t),
              ...(seconds === undefined ? [] : [timeText(seconds, planned, t)]),
            ].join(' · '),
          }
        : {}),
      detail: [...(reason === null ? [] : [reason]), purpose[value]].join(' · '),
      value,
    };
  });
}

/** Returns the preset that is advised; undefined while it is not known. */
export function advisedPreset({ presets }: KnownPlan): PresetName | undefined {
  const found = [...presets.values()].find(({ advised, shape }) => advised !== null && shape !== null);
  return PRESET_NAMES.find((name) => name === found?.preset);
}

function adviceText({ advised }: PlannedPreset, t: Translate): string | null {
  switch (advised) {
    case null:
      return null;
    case 'colour':
      return t('Advised: these images have colour');
    case 'large':
      return t('Advised: these images are larger than 28 pixels');
    case 'small':
      return t('Advised: these images are small and grey');
  }
}

/** Says what a preset would do to the images: their size, what is cropped, the likelihood. */
function plannedText({ shape, fit, cropped, likelihood, problem }: PlannedPreset, t: Translate): string {
  if (shape === null) return plainText(problem);
  const size = `${shape.width} × ${shape.height}`;
  const colours = shape.channels === 3 ? t('colour') : t('grey');
  return [`${size} ${colours}`, fitText(fit, cropped, t), plainText(likelihoodText(likelihood, t))]
    .filter((part) => part !== '')
    .join(' · ');
}

function fitText(fit: string, cropped: number, t: Translate): string {
  if (fit === 'pad') return t('padded with borders');
  if (fit === 'stretch') return t('stretched');
  const percent = Math.round(100 * cropped);
  return percent === 0 ? '' : t('crops {0} % of the images', percent);
}

/** Says how long a training would take on this machine. */
function timeText(seconds: number, { patience }: PlannedPreset, t: Translate): string {
  const time = formatSeconds(seconds);
  return patience > 0 ? t('at most about {0} here', time) : t('about {0} here', time);
}
