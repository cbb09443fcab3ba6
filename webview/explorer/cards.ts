import { element, setAttributes, setText } from '../shared/element';
import type { ViewState } from '../shared/view-state';
import { busy, button, checkbox } from '../shared/toolkit';
import { errorCard, imageCard } from '../shared/card';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import { neighbourRow } from '../shared/neighbours';
import type { Choices } from '../shared/choices';
import { t } from '../shared/l10n';

/** The cards of the encoded images, newest first, and the actions on them. */
export class CardSection {
  readonly element: HTMLElement;
  private readonly list = element('ul', { class: 'cards' });
  private readonly status = element('span', { class: 'quiet' });
  private readonly busy = element('div', { class: 'cards-busy', hidden: true }, busy(t('Encoding…')));
  private readonly hint = element(
    'p',
    { class: 'quiet hint' },
    t(
      'Select images in the file explorer and choose VAE: Encode to see their posterior and reconstruction here.',
    ),
  );
  private readonly tools: HTMLElement;
  private readonly interpolate = button({
    label: t('Interpolate'),
    onClick: () => this.startInterpolation(),
  });
  private readonly update = button({
    label: t('Encode Again'),
    title: t('Encode with the newest weights'),
    onClick: () => this.model.pullCards(),
  });

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
    private readonly state: ViewState<Choices>,
    private readonly showOnMap: (id: string) => void,
  ) {
    this.tools = element(
      'div',
      { class: 'switches' },
      checkbox(t('Sort by KL'), state.value.sortByKl, (sortByKl) => {
        state.update({ sortByKl });
        this.show();
      }),
      this.interpolate,
      this.update,
      button({
        label: t('Clear'),
        onClick: () => void model.ask('clearCards').then(() => model.pullCards()),
      }),
    );
    this.element = element(
      'section',
      { class: 'encoded', 'aria-label': t('Encoded images') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Encoded images')),
        this.status,
        this.tools,
      ),
      this.hint,
      this.busy,
      this.list,
    );
  }

  show(): void {
    const { cards, cardsBusy } = this.model;
    setAttributes(this.hint, { hidden: cards.length > 0 || cardsBusy });
    setAttributes(this.busy, { hidden: !cardsBusy });
    setAttributes(this.tools, { hidden: cards.length === 0 });
    setAttributes(this.list, { 'aria-busy': String(cardsBusy) });
    if (cardsBusy) return;
    this.list.replaceChildren(
      ...cards.map((card) => {
        const open = (): void =>
          void this.model.attempt('action', () => this.client.call('openImage', { uri: card.uri }));
        if ('error' in card) return errorCard(card, open);
        return imageCard(card, {
          sortByKl: this.state.value.sortByKl,
          selection: {
            selected: this.selected().includes(card.uri),
            onSelect: (selected) => this.select(card.uri, selected),
          },
          onOpen: open,
          more: neighbourRow(this.client, { uri: card.uri }, card.step, this.showOnMap),
        });
      }),
    );
    this.showSelection();
  }

  private select(uri: string, selected: boolean): void {
    const others = this.selected().filter((other) => other !== uri);
    this.state.update({ trayChosen: selected ? [...others, uri] : others });
    this.showSelection();
  }

  /** Returns the selected URIs, without cards that are gone. */
  private selected(): readonly string[] {
    const known = new Set(this.model.cards.filter((card) => !('error' in card)).map((card) => card.uri));
    return this.state.value.trayChosen.filter((uri) => known.has(uri));
  }

  private showSelection(): void {
    const chosen = this.selected().length;
    this.interpolate.disabled = chosen < 2;
    const many = chosen > 2 ? t('Path through {0} images, in the order of choice', chosen) : '';
    setText(this.status, chosen === 1 ? t('Select one more image to interpolate') : many);
  }

  private startInterpolation(): void {
    const uris = this.selected();
    if (uris.length < 2) return;
    void this.model.attempt('action', () => this.client.call('interpolateCards', { uris }));
  }
}
