import { signal } from '@preact/signals';
import type { SavedDirection, SavedDirections } from '../../src/domain/direction';
import type { Params } from '../../src/protocol/rpc';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';
import { fileName } from '../shared/format';
import { latestWins } from '../shared/latest-wins';
import { reported } from '../shared/reported';
import type { RunSession } from '../shared/run-session';
import { t } from '../shared/l10n';
import { endsText, mismatchOf } from './direction-text';
import type { Mismatch, ShownDirection } from './direction-text';

type MakeRequest = Params<ExplorerMethods, 'makeDirection'>;

/** The saved directions, the one that is shown, and the one that is being made; it lives as long as the session. */
export class DirectionsModel {
  readonly files = signal<SavedDirections>({ directions: [], damaged: [] });
  readonly shown = signal<ShownDirection | null>(null);
  /** Why the last action failed; empty if it did not. */
  readonly trouble = signal('');
  /** The request in progress; null without one. */
  readonly making = signal<AbortController | null>(null);

  constructor(private readonly session: RunSession) {
    session.client.on('directionsChanged', () => this.pull());
    this.pull();
  }

  /** Shows a new or saved direction. */
  take(direction: ShownDirection): void {
    this.shown.value = direction;
    this.session.state.update({ direction: direction.file });
  }

  /** Fits, scores and shows a direction. @param ends names of its two sets */
  async make(request: MakeRequest, ends: Pick<ShownDirection, 'from' | 'to'>): Promise<void> {
    const controller = new AbortController();
    this.making.value = controller;
    await this.attempt(async () => {
      try {
        const made = await this.session.client.call('makeDirection', request, controller.signal);
        const run = fileName(this.session.uri);
        this.take({ ...made, ...ends, name: endsText(ends), run, file: '' });
      } catch (error) {
        if (!controller.signal.aborted) throw error;
      }
    });
    this.making.value = null;
  }

  /** Saves the shown direction. */
  async save(name: string): Promise<void> {
    const made = this.shown.value;
    if (made === null) return;
    const { from, to, vector, start, counts, inBoth, score, step, fingerprint } = made;
    const direction = { vector, start, counts, inBoth, score, step, fingerprint };
    await this.attempt(async () => {
      if (name.trim() === '') throw new Error(t('A direction needs a name.'));
      this.take(await this.session.client.call('saveDirection', { name: name.trim(), from, to, direction }));
    });
  }

  open(file: string): Promise<void> {
    return this.attempt(() => this.session.client.call('openDirection', { file }));
  }

  remove(file: string): Promise<void> {
    return this.attempt(() => this.session.client.call('deleteDirection', { file }));
  }

  /** Returns why a direction may not fit this model. @param step of the weights that it is applied to */
  mismatch(
    direction: Pick<ShownDirection, 'vector' | 'run' | 'step'>,
    step: number | null = this.session.run.live?.step ?? null,
  ): Mismatch | null {
    const { latent, uri } = this.session.run;
    return mismatchOf(direction, { latent, run: fileName(uri), step });
  }

  /** Pulls the saved directions, and what a command has asked to be shown. */
  private readonly pull = latestWins<void>(() =>
    this.attempt(async () => {
      const { client, state } = this.session;
      this.files.value = await client.call('directions', {});
      this.follow(state.value.direction);
      const request = await client.call('requestedDirection', {});
      if (request === null) return;
      if ('file' in request) this.follow(request.file);
      else state.update({ analogy: request.analogy });
      this.session.go('directions', 'file' in request ? 'direction' : 'analogy');
    }),
  );

  /** Shows the direction of a file, for instance after a reload, and no direction whose file is gone. */
  private follow(file: string): void {
    const { directions } = this.files.value;
    const found = directions.find((direction: SavedDirection) => direction.file === file);
    if (found !== undefined && this.shown.value?.file !== file && !this.mismatch(found)?.refused)
      this.take(found);
    const shown = this.shown.value?.file ?? '';
    if (shown === '' || directions.some((direction) => direction.file === shown)) return;
    this.shown.value = null;
    this.session.state.update({ direction: '' });
  }

  private async attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.trouble.value = '';
    } catch (error) {
      this.trouble.value = reported(error);
    }
  }
}
