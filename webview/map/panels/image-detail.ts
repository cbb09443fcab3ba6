import { toFailure } from '../../../src/protocol/rpc';
import { element } from '../../shared/element';
import { imageCard } from '../../shared/card';
import { neighbourRow } from '../../shared/neighbours';
import type { ExplorerClient } from '../../shared/run-session';
import { latestWins } from '../../shared/latest-wins';
import { busy, button } from '../../shared/toolkit';
import { t } from '../../shared/l10n';

/** The card of the chosen image. */
export class ImageDetail {
  readonly element = element('div', { class: 'map-detail', role: 'region', 'aria-label': t('Chosen image') });
  /** Id of the image that is shown or loading. */
  private id = '';

  constructor(
    private readonly client: ExplorerClient,
    private readonly events: { open(id: string): void; close(): void; show(id: string): void },
  ) {
    this.hide();
  }

  hide(): void {
    this.id = '';
    this.element.replaceChildren(
      element(
        'p',
        { class: 'quiet hint' },
        t('Click a point to see its image; double-click to open its file.'),
      ),
    );
  }

  /** Shows the card of an image. @param anew reloads a card that is already shown, for instance after training */
  show(id: string, anew = false): void {
    if (id === this.id && !anew) return;
    this.id = id;
    if (!anew) this.element.replaceChildren(element('p', { class: 'map-id' }, id), busy(t('Encoding…')));
    this.pull(id);
  }

  private readonly pull = latestWins(async (id: string) => {
    const content = await this.content(id);
    if (id === this.id) this.element.replaceChildren(...content);
  });

  private async content(id: string): Promise<HTMLElement[]> {
    const close = button({ label: t('Close'), onClick: () => this.events.close() });
    try {
      const [card] = await this.client.call('mapCards', { ids: [id] });
      if (card === undefined) return [];
      const onOpen = card.uri === null ? undefined : (): void => this.events.open(id);
      const more = neighbourRow(this.client, { id }, card.step, (other) => this.events.show(other));
      const list = element('ul', { class: 'map-card' }, imageCard(card, { sortByKl: true, onOpen, more }));
      list.querySelector('.card-foot')?.append(close);
      return [list];
    } catch (error) {
      return [
        element('p', { class: 'map-id' }, id),
        element('p', { class: 'error-text', role: 'alert' }, toFailure(error).message),
        close,
      ];
    }
  }
}
