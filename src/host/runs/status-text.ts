import type { EngineStatus } from '../../protocol/engine';
import { formatBound, formatSeconds, plainLines } from '../format';
import type { Translate } from '../format';

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** Text for screen readers, without icons. */
  readonly spoken: string;
}

/** Returns how much of the training is done; empty until that is known. */
function percent({ samples, totalSamples }: EngineStatus): string {
  return totalSamples ? `${Math.min(100, Math.floor((100 * samples) / totalSamples))} %` : '';
}

function figures(status: EngineStatus, t: Translate): string[] {
  const bound = status.validationBound ?? status.trainBound;
  return [
    bound === null ? '' : t('{0} nats', formatBound(bound)),
    status.secondsLeft === null ? '' : t('{0} left', formatSeconds(status.secondsLeft)),
  ].filter((part) => part !== '');
}

/** Returns the status bar item of a live run; null if there is nothing to show. */
export function statusText(
  status: EngineStatus | null,
  responding: boolean,
  t: Translate,
): StatusText | null {
  const item = (icon: string, words: readonly string[]): StatusText => ({
    text: `$(${icon}) ${words.join(' · ')}`,
    spoken: words.join(', '),
    tooltip: plainLines(
      [t('Latent Explorer: open the explorer'), status?.engine, status?.message].filter(Boolean).join('\n'),
    ),
  });
  if (!responding) return item('warning', [t('VAE engine is not responding')]);
  if (!status) return null;
  switch (status.state) {
    case 'preparing':
      return item('loading~spin', [t('VAE: preparing')]);
    case 'training':
      return item('loading~spin', [t('VAE: {0}', percent(status) || t('training')), ...figures(status, t)]);
    case 'paused':
      return item('debug-pause', [
        t('VAE: paused'),
        ...[percent(status)].filter((part) => part !== ''),
        ...figures({ ...status, secondsLeft: null }, t),
      ]);
    case 'stopping':
      return item('loading~spin', [t('VAE: stopping')]);
    case 'finished':
    case 'stopped':
    case 'failed':
    case 'serving':
      return null;
  }
}
