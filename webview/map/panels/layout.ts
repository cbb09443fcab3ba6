import { element } from '../../shared/element';
import type { MapCanvas } from '../canvas/map-canvas';
import { t } from '../../shared/l10n';

export interface MapParts {
  readonly stage: MapCanvas;
  readonly tip: HTMLElement;
  readonly above: readonly HTMLElement[];
  /** Below the canvas, at its width. */
  readonly below: readonly HTMLElement[];
  /** Beside the canvas, or below it in a narrow view. */
  readonly beside: readonly HTMLElement[];
}

/** Arranges the parts of the plot. */
export function mapLayout({ stage, tip, above, below, beside }: MapParts): HTMLElement {
  const zoom = (label: string, name: string, act: () => void): HTMLElement => {
    const node = element(
      'button',
      { type: 'button', class: 'map-button', 'aria-label': name, title: name },
      label,
    );
    node.addEventListener('click', act);
    return node;
  };
  const buttons = element(
    'div',
    { class: 'map-zoom', role: 'group', 'aria-label': t('Zoom') },
    zoom('+', t('Zoom in'), () => stage.zoom(1.5)),
    zoom('\u2212', t('Zoom out'), () => stage.zoom(1 / 1.5)),
    zoom('\u2922', t('Show all'), () => stage.showAll()),
  );
  const frame = element('div', { class: 'map-frame' }, stage.element, tip, buttons);
  return element(
    'div',
    { class: 'map-plot', hidden: true },
    ...above,
    element(
      'div',
      { class: 'map-body' },
      element('div', { class: 'map-main' }, frame, ...below),
      element('div', { class: 'map-side' }, ...beside),
    ),
  );
}
