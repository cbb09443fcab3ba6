import { MOST_WAYPOINTS } from '../../src/protocol/latent';
import { MOST_OPENED, type ImageAction, type MapTag } from '../../src/protocol/map';
import { toFailure } from '../../src/protocol/rpc';
import { element, setAttributes, setText } from '../element';
import type { ExplorerClient } from '../explorer/model';
import { count } from '../format';
import { button } from '../toolkit';
import type { Selection } from './selection';

/** What can be done with the selected images, and the named sets that were made of such. */
export class SelectionPanel {
  readonly element: HTMLElement;
  readonly #title = element('h3', { 'aria-live': 'polite' });
  readonly #actions: HTMLElement;
  readonly #interpolate = button({
    label: 'Interpolate',
    title: `A path through 2 to ${MOST_WAYPOINTS} images, in the order of selection`,
    onClick: () =>
      void this.#attempt(() => this.client.call('interpolateImages', { ids: this.selection.ids })),
  });
  readonly #said = element('p', { class: 'quiet', role: 'status' });
  readonly #list = element('ul', { class: 'map-tags', 'aria-label': 'Tags' });
  /** As they were last read. */
  tags: readonly MapTag[] = [];

  /** @param csv a table of the selected images @param changed the tags were read */
  constructor(
    private readonly client: ExplorerClient,
    private readonly selection: Selection,
    private readonly csv: () => Promise<string>,
    private readonly changed: () => void,
  ) {
    const does = (action: ImageAction, label: string, title: string): HTMLElement =>
      button({ label, title, onClick: () => void this.#act(action) });
    this.#actions = element(
      'div',
      { class: 'buttons' },
      does('open', 'Open', `Opens the files of the first ${MOST_OPENED}`),
      does('reveal', 'Reveal', 'Shows the first one in the file explorer'),
      does('copyPaths', 'Copy Paths', 'One path a line'),
      button({
        label: 'Export CSV…',
        title: 'Places, labels and bounds as a table',
        onClick: () => void this.#export(),
      }),
      does('tag', 'Tag…', 'Keeps them as a named set beside the run'),
      does('exclude', 'Exclude', 'Leaves them out of the next training; the files stay as they are'),
      this.#interpolate,
      button({ label: 'Clear', onClick: () => this.selection.set([]) }),
    );
    this.element = element(
      'div',
      { class: 'map-selection' },
      this.#title,
      this.#actions,
      this.#said,
      this.#list,
    );
    this.show();
  }

  show(): void {
    const { size } = this.selection;
    setText(this.#title, size === 1 ? '1 image selected' : `${count(size)} images selected`);
    setAttributes(this.#title, { hidden: size === 0 });
    setAttributes(this.#actions, { hidden: size === 0 });
    this.#interpolate.disabled = size < 2 || size > MOST_WAYPOINTS;
    this.#say('');
  }

  /** Reads the tags anew: those of another run, or after a change. */
  async pullTags(): Promise<void> {
    try {
      this.tags = await this.client.call('mapTags', {});
      const excluded = await this.client.call('excludedImages', {});
      const lines = [...this.tags.map((tag) => this.#tag(tag)), ...this.#excluded(excluded)];
      this.#list.replaceChildren(...lines);
      setAttributes(this.#list, { hidden: lines.length === 0 });
      this.changed();
    } catch (error) {
      this.#say(toFailure(error).message);
    }
  }

  #tag({ name, ids }: MapTag): HTMLElement {
    return this.#line(name, ids, 'remove', `Remove the tag ${name}`, () =>
      this.client.call('removeTag', { name }),
    );
  }

  #excluded(ids: readonly string[]): HTMLElement[] {
    if (ids.length === 0) return [];
    const undo = (): Promise<void> => this.client.call('includeAgain', {});
    return [
      this.#line('excluded from the next training', ids, 'take back', 'Train with these images again', undo),
    ];
  }

  /** A named set, and what takes it away. */
  #line(
    name: string,
    ids: readonly string[],
    label: string,
    title: string,
    undo: () => Promise<void>,
  ): HTMLElement {
    const select = element('button', { type: 'button', class: 'link', title: 'Selects these images' }, name);
    select.addEventListener('click', () => this.selection.set(ids));
    const remove = element('button', { type: 'button', class: 'map-only', 'aria-label': title }, label);
    remove.addEventListener('click', () => void this.#undo(undo));
    return element('li', {}, select, element('span', { class: 'quiet' }, count(ids.length)), remove);
  }

  async #act(action: ImageAction): Promise<void> {
    const { ids } = this.selection;
    await this.#attempt(async () => {
      const { done } = await this.client.call('actOnImages', { action, ids });
      if (action === 'open' && done < ids.length)
        this.#say(`The first ${done} of ${count(ids.length)} are opened.`);
      if (action === 'copyPaths') this.#say(`${count(done)} paths copied.`);
      if (action === 'tag' && done > 0) {
        this.#say(`${count(done)} images tagged.`);
        await this.pullTags();
      }
      if (action === 'exclude') {
        await this.pullTags();
        this.#say('The next training on these images leaves them out. The files stay as they are.');
      }
    });
  }

  #export(): Promise<void> {
    return this.#attempt(async () => {
      const saved = await this.client.call('exportTable', { csv: await this.csv() });
      if (saved) this.#say('Exported.');
    });
  }

  #undo(undo: () => Promise<void>): Promise<void> {
    return this.#attempt(async () => {
      await undo();
      await this.pullTags();
    });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.#say('');
    try {
      await work();
    } catch (error) {
      this.#say(toFailure(error).message);
    }
  }

  #say(text: string): void {
    setText(this.#said, text);
    setAttributes(this.#said, { hidden: text === '' });
  }
}
