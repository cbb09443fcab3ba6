import type { EncodeFailure } from '../../src/protocol/engine';
import type { ImageCard } from '../../src/domain/pictures';
import { dimensionOrder, posteriorChart } from './charts/posterior';
import { element } from './element';
import { coordinate, count, fileName, nats } from './format';
import { displayWidth, pictureCanvas } from './pictures';
import { button, checkbox } from './toolkit';
import { t } from './l10n';

export interface CardOptions {
  readonly sortByKl: boolean;
  /** Present if the card can be selected. */
  readonly selection?: { readonly selected: boolean; readonly onSelect: (selected: boolean) => void };
  /** Omitted if the image has no file to open. */
  readonly onOpen?: () => void;
  /** Content below the posterior. */
  readonly more?: HTMLElement;
}

type CardContent = Omit<ImageCard, 'uri'>;

/** Builds the card of one image: reconstruction, bound and posterior. */
export function imageCard(
  card: CardContent,
  { sortByKl, selection, onOpen, more }: CardOptions,
): HTMLElement {
  const order = dimensionOrder(card.klPerDimension, sortByKl);
  return element(
    'li',
    { class: 'card' },
    element(
      'div',
      { class: 'card-head' },
      element('h3', { title: card.name }, card.name),
      selection && checkbox(t('Select'), selection.selected, selection.onSelect),
    ),
    element(
      'div',
      { class: 'card-body' },
      element(
        'div',
        { class: 'card-pictures' },
        picture(card.original, t('Original {0}', card.name), t('original')),
        picture(card.reconstructed, t('Reconstruction of {0}', card.name), t('reconstruction')),
      ),
      element(
        'dl',
        { class: 'terms' },
        element('div', { class: 'strong' }, element('dt', {}, 'ELBO'), element('dd', {}, nats(card.elbo))),
        element(
          'div',
          {},
          element('dt', {}, t('reconstruction')),
          element('dd', {}, nats(card.reconstruction)),
        ),
        element('div', {}, element('dt', {}, '\u2212 KL'), element('dd', {}, nats(card.kl))),
      ),
    ),
    posteriorChart(card, order),
    posteriorTable(card, order),
    more,
    element(
      'div',
      { class: 'card-foot' },
      onOpen && button({ label: t('Open Image'), onClick: onOpen }),
      element('span', { class: 'quiet' }, t('step {0}', count(card.step))),
    ),
  );
}

/** Builds the card of a file that could not be encoded, with the reason. */
export function errorCard(failure: EncodeFailure, onOpen: () => void): HTMLElement {
  return element(
    'li',
    { class: 'card error-card' },
    element('div', { class: 'card-head' }, element('h3', { title: failure.uri }, fileName(failure.uri))),
    element('p', { class: 'error-text' }, failure.error),
    element('div', { class: 'card-foot' }, button({ label: t('Open Image'), onClick: onOpen })),
  );
}

function picture(pictures: CardContent['original'], alt: string, caption: string): HTMLElement {
  const canvas = pictureCanvas(pictures, 0, alt);
  canvas.style.width = `${displayWidth(pictures, 84)}px`;
  return element('figure', {}, canvas, element('figcaption', {}, caption));
}

/** Builds the chart's table alternative, filled when first opened. */
function posteriorTable(card: CardContent, order: readonly number[]): HTMLElement {
  const body = element('tbody');
  const head = [t('Dimension'), t('Mean'), 'S.d.', 'KL'].map((name) => element('th', { scope: 'col' }, name));
  const details = element(
    'details',
    { class: 'table-alternative' },
    element('summary', {}, t('Posterior as a table')),
    element(
      'div',
      { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('Posterior of {0}', card.name) },
      element('table', { class: 'numbers' }, element('thead', {}, element('tr', {}, ...head)), body),
    ),
  );
  details.addEventListener('toggle', () => {
    if (body.childElementCount > 0) return;
    const rows = order.map((d) => [
      String(d),
      coordinate(card.mean[d]!),
      coordinate(card.standardDeviation[d]!),
      nats(card.klPerDimension[d]),
    ]);
    body.append(...rows.map((row) => element('tr', {}, ...row.map((text) => element('td', {}, text)))));
  });
  return details;
}
