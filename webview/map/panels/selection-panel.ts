import { MAX_WAYPOINTS } from '../../../src/protocol/latent';
import { MAX_OPENED_IMAGES } from '../../../src/protocol/map';
import type { ImageAction, MapTag } from '../../../src/protocol/map';
import { toFailure } from '../../../src/protocol/rpc';
import { element, setAttributes, setText } from '../../shared/element';
import type { ExplorerClient } from '../../shared/run-session';
import { count } from '../../shared/format';
import { button } from '../../shared/toolkit';
import type { Selection } from '../data/selection';
import { t } from '../../shared/l10n';

/** Actions on the selected images, and the tags (named sets of images). */
export class SelectionPanel {
  readonly element: HTMLElement;
  private readonly title = element('h3', { 'aria-live': 'polite' });
  private readonly actions: HTMLElement;
  private readonly interpolate = button({
    label: t('Interpolate'),
    title: t('A path through 2 to {0} images, in the order of selection', MAX_WAYPOINTS),
    onClick: () =>
      void this.attempt(() => this.client.call('interpolateImages', { ids: this.selection.ids })),
  });
  private readonly said = element('p', { class: 'quiet', role: 'status' });
  private readonly list = element('ul', { class: 'map-tags', 'aria-label': t('Tags') });
  /** The tags as last read. */
  tags: readonly MapTag[] = [];

  /** @param csv returns the selected images with their tags as a table @param changed called after the tags were read */
  constructor(
    private readonly client: ExplorerClient,
    private readonly selection: Selection,
    private readonly csv: (tags: readonly MapTag[]) => Promise<string>,
    private readonly changed: () => void,
  ) {
    const does = (action: ImageAction, label: string, title: string): HTMLElement =>
      button({ label, title, onClick: () => void this.act(action) });
    this.actions = element(
      'div',
      { class: 'buttons' },
      does('open', t('Open'), t('Opens the files of the first {0}', MAX_OPENED_IMAGES)),
      does('reveal', t('Reveal'), t('Shows the first one in the file explorer')),
      does('copyPaths', t('Copy Paths'), t('One path a line')),
      button({
        label: t('Export CSV…'),
        title: t('Places, labels, bounds, tags and columns as a table'),
        onClick: () => void this.export(),
      }),
      does('tag', t('Tag…'), t('Keeps them as a named set beside the run')),
      does('exclude', t('Exclude'), t('Excludes them from the next training; the files are not changed')),
      this.interpolate,
      button({ label: t('Clear'), onClick: () => this.selection.set([]) }),
    );
    this.element = element('div', { class: 'map-selection' }, this.title, this.actions, this.said, this.list);
    this.show();
  }

  show(): void {
    const { size } = this.selection;
    setText(this.title, size === 1 ? t('1 image selected') : t('{0} images selected', count(size)));
    setAttributes(this.title, { hidden: size === 0 });
    setAttributes(this.actions, { hidden: size === 0 });
    this.interpolate.disabled = size < 2 || size > MAX_WAYPOINTS;
    this.say('');
  }

  /** Reads the tags and the excluded images again, after a change or for another run. */
  async pullTags(): Promise<void> {
    try {
      this.tags = await this.client.call('mapTags', {});
      const excluded = await this.client.call('excludedImages', {});
      const lines = [...this.tags.map((tag) => this.tag(tag)), ...this.excluded(excluded)];
      this.list.replaceChildren(...lines);
      setAttributes(this.list, { hidden: lines.length === 0 });
      this.changed();
    } catch (error) {
      this.say(toFailure(error).message);
    }
  }

  private tag({ name, ids }: MapTag): HTMLElement {
    return this.line(name, ids, t('remove'), t('Remove the tag {0}', name), () =>
      this.client.call('removeTag', { name }),
    );
  }

  private excluded(ids: readonly string[]): HTMLElement[] {
    if (ids.length === 0) return [];
    const undo = (): Promise<void> => this.client.call('includeAgain', {});
    return [
      this.line(
        t('excluded from the next training'),
        ids,
        t('Undo'),
        t('Train with these images again'),
        undo,
      ),
    ];
  }

  /** Creates the line of a named set, with a button that removes it. */
  private line(
    name: string,
    ids: readonly string[],
    label: string,
    title: string,
    undo: () => Promise<void>,
  ): HTMLElement {
    const select = element(
      'button',
      { type: 'button', class: 'link', title: t('Selects these images') },
      name,
    );
    select.addEventListener('click', () => this.selection.set(ids));
    const remove = element('button', { type: 'button', class: 'map-only', 'aria-label': title }, label);
    remove.addEventListener('click', () => void this.undo(undo));
    return element('li', {}, select, element('span', { class: 'quiet' }, count(ids.length)), remove);
  }

  private async act(action: ImageAction): Promise<void> {
    const { ids } = this.selection;
    await this.attempt(async () => {
      const { done } = await this.client.call('actOnImages', { action, ids });
      if (action === 'open' && done < ids.length)
        this.say(t('The first {0} of {1} are opened.', done, count(ids.length)));
      if (action === 'copyPaths') this.say(t('{0} paths copied.', count(done)));
      if (action === 'tag' && done > 0) {
        this.say(t('{0} images tagged.', count(done)));
        await this.pullTags();
      }
      if (action === 'exclude') {
        await this.pullTags();
        this.say(t('The next training on these images excludes them. The files are not changed.'));
      }
    });
  }

  private export(): Promise<void> {
    return this.attempt(async () => {
      const saved = await this.client.call('exportTable', { csv: await this.csv(this.tags) });
      if (saved) this.say(t('Exported.'));
    });
  }

  private undo(undo: () => Promise<void>): Promise<void> {
    return this.attempt(async () => {
      await undo();
      await this.pullTags();
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.say('');
    try {
      await work();
    } catch (error) {
      this.say(toFailure(error).message);
    }
  }

  private say(text: string): void {
    setText(this.said, text);
    setAttributes(this.said, { hidden: text === '' });
  }
}
