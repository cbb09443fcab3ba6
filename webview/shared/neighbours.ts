import type { Waypoint } from '../../src/protocol/schemas/values';
import { toFailure } from '../../src/protocol/rpc';
import { element } from './element';
import { count } from './format';
import { latestWins } from './latest-wins';
import { nearThumbnails } from './near-images';
import { whenVisible } from './when-visible';
import type { ExplorerClient } from './run-session';
import { t } from './l10n';
import { ifReady } from './if-ready';

const NEIGHBOUR_COUNT = 6;
const THUMBNAIL_PIXELS = 40;

/** Builds a row of the images with the nearest posteriors, requested once the row is visible. */
export function neighbourRow(
  client: ExplorerClient,
  of: Waypoint,
  step: number,
  show: (id: string) => void,
): HTMLElement {
  const row = element('div', { class: 'neighbours' });
  const pull = latestWins<void>(async () => {
    try {
      const near = await ifReady(client.call('neighbours', { of, count: NEIGHBOUR_COUNT }));
      if (near === null) {
        const hint = t('Make the map to see the images nearest to this one.');
        return row.replaceChildren(element('p', { class: 'quiet' }, hint));
      }
      const other = near.step === step ? '' : `, ${t('encoded at step {0}', count(near.step))}`;
      const title = `${t('Nearest by posterior (2-Wasserstein)')}${other}`;
      row.replaceChildren(
        element('h4', {}, title),
        nearThumbnails(near, THUMBNAIL_PIXELS, t('Show on the map:'), (i) => show(near.ids[i]!)),
      );
    } catch (error) {
      const { code, message } = toFailure(error);
      // The card already reports that there is no model.
      if (code === 'not-ready' || code === 'closed') return;
      row.replaceChildren(element('p', { class: 'quiet' }, message));
    }
  });
  whenVisible(row, () => pull())();
  return row;
}
