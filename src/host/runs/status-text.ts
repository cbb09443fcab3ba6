import type { EngineStatus } from '../../protocol/engine';
import { formatBound, formatSeconds, plainLines } from '../format';
import type { Translate } from '../format';

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** Text for screen readers, without icons. */
  readonly spoken: string;
}

/** Shortens `tensorflow (2 threads)` to `tensorflow`. Keeps word characters only, because VS Code interprets `$(icon)` here. */
const shortEngine = (engine: string): string => /^[\w-]+/.exec(engine)?.[0] ?? '';

function progress(status: EngineStatus, t: Translate): string[] {
  const bound = status.validationBound ?? status.trainBound;
  return [
    shortEngine(status.engine),
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
    spoken: `VAE: ${words.join(', ')}`,
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
      return item('loading~spin', progress(status, t));
    case 'paused':
      return item('debug-pause', [t('VAE: paused'), ...progress({ ...status, secondsLeft: null }, t)]);
    case 'stopping':
      return item('loading~spin', [t('VAE: stopping')]);
    case 'finished':
    case 'stopped':
    case 'failed':
    case 'serving':
      return null;
  }
}
