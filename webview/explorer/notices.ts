import type { RunView } from '../../src/protocol/panel';
import { element, svg } from '../shared/element';
import { busy } from '../shared/toolkit';
import { actionButtons } from './header';
import type { ExplorerModel } from '../shared/explorer-model';
import { phaseOf } from './phase';
import { t } from '../shared/l10n';
import { notice } from '../shared/notice';

/** Builds the page without a run: an introduction and how to begin. */
export function emptyState(model: ExplorerModel): HTMLElement {
  return element(
    'section',
    { class: 'empty' },
    densityDrawing(),
    element('h1', {}, t('Train your first model')),
    element(
      'p',
      {},
      t('A variational autoencoder learns a small space of latent dimensions behind your images. ') +
        t(
          'Train one on a folder of images or on the built-in sample digits: its lower bound, its reconstructions and the images you encode appear here.',
        ),
    ),
    element(
      'div',
      { class: 'buttons' },
      ...actionButtons(model, [{ intent: 'train', label: t('Train…'), primary: true }]),
    ),
  );
}

/** Returns a notice on the run's phase, or null if a run simply trains or has ended without a message. */
export function phaseNotice(run: RunView): HTMLElement | null {
  const message = run.live?.message || run.message;
  switch (phaseOf(run)) {
    case 'preparing':
      return busy(message || t('Preparing…'));
    case 'waiting':
      return busy(message || t('Waiting for the engine…'));
    case 'stopping':
      return busy(message || t('Writing the last checkpoint…'));
    case 'failed':
      return notice('error', t('Training failed.'), message || t('See the log for details.'));
    case 'interrupted':
      return notice(
        'warning',
        t('The engine ended before training did.'),
        message || t('Everything up to the last checkpoint is kept. Resume to continue from there.'),
      );
    case 'paused':
    case 'training':
    case 'finished':
    case 'stopped':
      return message === '' ? null : notice('info', '', message);
  }
}

/** Draws contours of a density and a path through it. */
function densityDrawing(): SVGElement {
  const rings = [46, 32, 18].map((r) =>
    svg('ellipse', { cx: 60, cy: 50, rx: r, ry: r * 0.62, transform: 'rotate(-24 60 50)' }),
  );
  return svg(
    'svg',
    { class: 'density', viewBox: '0 0 120 100', width: 132, height: 110, 'aria-hidden': 'true' },
    ...rings,
    svg('path', { d: 'M30 66C44 40 70 64 90 34' }),
    svg('circle', { cx: 30, cy: 66, r: 4.5 }),
    svg('circle', { cx: 90, cy: 34, r: 4.5 }),
  );
}
