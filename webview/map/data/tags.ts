import { computed, signal } from '@preact/signals';
import type { MapTag } from '../../../src/protocol/map';
import { toFailure } from '../../../src/protocol/rpc';
import type { RunSession } from '../../shared/run-session';
import { t } from '../../shared/l10n';

/** The run's tags (named sets of images), and the images excluded from the next training. */
export class Tags {
  private readonly read = signal<readonly MapTag[]>([]);
  private readonly excludedIds = signal<readonly string[]>([]);
  private readonly failed = signal('');
  /** One after the other, so that no late answer is taken for the newest. */
  private pulls: Promise<void> = Promise.resolve();

  constructor(private readonly session: RunSession) {
    void this.pull();
  }

  readonly list = computed(() => this.read.value);
  readonly excluded = computed(() => this.excludedIds.value);
  /** Why the tags could not be read or changed; empty if they could. */
  readonly trouble = computed(() => this.failed.value);

  /** Reads the tags and the excluded images again. */
  pull(): Promise<void> {
    const { client } = this.session;
    this.pulls = this.pulls.then(() =>
      this.attempt(async () => {
        this.read.value = await client.call('mapTags', {});
        this.excludedIds.value = await client.call('excludedImages', {});
      }),
    );
    return this.pulls;
  }

  /** Notes the tags that are there after an action that changed them, so that it can be undone. */
  async pullChanged(): Promise<void> {
    const before = this.read.value;
    await this.pull();
    const changed = this.read.value.find(({ name, ids }) => !sameIds(idsOf(before, name), ids));
    if (changed) this.note(changed.name, idsOf(before, changed.name), changed.ids);
  }

  async remove(name: string): Promise<void> {
    const before = idsOf(this.read.value, name);
    await this.attempt(async () => {
      await this.session.client.call('removeTag', { name });
      await this.pull();
      this.note(name, before, []);
    });
  }

  /** Lets the next training use all images again. */
  includeAgain(): Promise<void> {
    return this.attempt(async () => {
      await this.session.client.call('includeAgain', {});
      await this.pull();
    });
  }

  private note(name: string, before: readonly string[], after: readonly string[]): void {
    const put = (ids: readonly string[]): void =>
      void this.attempt(async () => {
        await this.session.client.call('setTag', { name, ids });
        await this.pull();
      });
    this.session.changes.add({ name: t('tag'), undo: () => put(before), redo: () => put(after) });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.failed.value = '';
    } catch (error) {
      this.failed.value = toFailure(error).message;
    }
  }
}

const idsOf = (tags: readonly MapTag[], name: string): readonly string[] =>
  tags.find((tag) => tag.name === name)?.ids ?? [];

const sameIds = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
