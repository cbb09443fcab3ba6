import { computed, effect, signal } from '@preact/signals';
import type { ClassifiedPoints } from '../../src/protocol/classifier';
import type { LatentGrid } from '../../src/protocol/latent';
import type { InterpolationRequest, PathKind, PathWait, SavedFile } from '../../src/protocol/panel';
import type { Pictures } from '../../src/domain/pictures';
import { RpcError, toFailure } from '../../src/protocol/rpc';
import { latestWins } from '../shared/latest-wins';
import { Player } from '../shared/player';
import type { ViewState } from '../shared/view-state';
import type { InterpolationClient } from './client';
import { framePositions } from './frame-positions';
import type { InterpolationState } from './view-state';

/** An answer, and the path that it is about: of another path it is not shown. */
interface Answer<T> {
  readonly of: InterpolationRequest;
  readonly answer: T;
}

/** What the view knows of the path, pulled from the host. Components that read a signal are drawn again when it changes. */
export class PathModel {
  /** The path; null if there is none, undefined until the host has answered. */
  readonly request = signal<InterpolationRequest | null | undefined>(undefined);
  /** The path that is being computed. */
  readonly wait = signal<PathWait | null>(null);
  /** Why the last call failed; empty if it did not. */
  readonly trouble = signal('');
  /** Whether the place moves by itself. */
  readonly isPlaying = signal(false);
  /** The file saved last. */
  readonly saved = signal<SavedFile | null>(null);
  private readonly frames = signal<Answer<Pictures> | null>(null);
  private readonly classified = signal<
    (Answer<ClassifiedPoints | null> & { readonly kind: PathKind }) | null
  >(null);
  private readonly grids = signal<Answer<LatentGrid> | null>(null);
  private classing: AbortController | null = null;
  /** How often a classifier was attached or removed: a change is a reason to ask again. */
  private readonly classifierChanges = signal(0);
  private readonly choices;
  private readonly player = new Player(
    () => this.place.value,
    (t) => this.choose({ t }),
    () => this.end.value,
  );

  /** The last position on the path. */
  readonly end = computed(() => (this.request.value?.names.length ?? 2) - 1);
  readonly place = computed(() => Math.min(this.choices.value.t, this.end.value));
  readonly kind = computed((): PathKind => (this.choices.value.spherical ? 'spherical' : 'linear'));
  readonly wantsGrid = computed(() => this.choices.value.grid);
  readonly isGrid = computed(() => this.wantsGrid.value && this.end.value >= 3);
  /** Positions of the path's frames. */
  readonly places = computed(() => {
    const at = this.request.value?.path.at;
    return at === undefined ? [] : framePositions(at);
  });
  /** The picture at the place; null until it is decoded. */
  readonly frame = computed(() => {
    const frame = this.frames.value;
    return frame !== null && frame.of === this.request.value ? frame.answer : null;
  });
  /** The grid; while the weights change it stays until it is decoded again. */
  readonly grid = computed(() => {
    const grid = this.grids.value;
    const shown = this.request.value;
    return grid !== null && shown && isSamePath(grid.of, shown) ? grid.answer : null;
  });

  /** What the run's classifier says about the frames of the path; null without one, or until it has answered. */
  readonly classes = computed(() => {
    const classified = this.classified.value;
    const isOfThis = classified?.of === this.request.value && classified?.kind === this.kind.value;
    return isOfThis ? classified.answer : null;
  });

  constructor(
    readonly client: InterpolationClient,
    private readonly state: ViewState<InterpolationState>,
  ) {
    this.choices = signal<InterpolationState>({ ...state.value });
    client.on('changed', () => this.pull());
    client.on('waiting', () => this.pullWait());
    client.on('classifierChanged', () => void this.classifierChanges.value++);
    effect(() => {
      void [this.place.value, this.kind.value];
      if (this.request.value) this.decode(this.request.value);
    });
    effect(() => {
      const [of, kind] = [this.request.value, this.kind.value];
      void this.classifierChanges.value;
      if (of) void this.pullClasses(of, kind);
    });
    effect(() => {
      if (this.isGrid.value && this.request.value) this.pullGrid(this.request.value);
    });
    effect(() => {
      if (this.isGrid.value) this.pause();
    });
  }

  pullAll(): void {
    this.pull();
    this.pullWait();
  }

  /** Moves to a place, as a hand does: playing ends. */
  go(t: number, kind = this.kind.value): void {
    this.pause();
    this.choose({ t, spherical: kind === 'spherical' });
  }

  setKind(kind: PathKind): void {
    this.choose({ spherical: kind === 'spherical' });
  }

  setGrid(grid: boolean): void {
    this.choose({ grid });
  }

  togglePlay(): void {
    this.player.toggle();
    this.isPlaying.value = this.player.playing;
  }

  pause(): void {
    this.player.pause();
    this.isPlaying.value = false;
  }

  /** Runs `work` and shows why it failed; ignores superseded calls. */
  async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.trouble.value = '';
    } catch (error) {
      if (error instanceof RpcError && error.code === 'superseded') return;
      this.pause();
      this.trouble.value = toFailure(error).message;
    }
  }

  private choose(patch: Partial<InterpolationState>): void {
    this.state.update(patch);
    this.choices.value = { ...this.choices.value, ...patch };
  }

  private async pullClasses(of: InterpolationRequest, kind: PathKind): Promise<void> {
    this.classing?.abort();
    const controller = new AbortController();
    this.classing = controller;
    try {
      const answer = await this.client.call('classes', { kind }, controller.signal);
      if (!controller.signal.aborted) this.classified.value = { of, kind, answer };
    } catch (error) {
      if (!controller.signal.aborted) this.trouble.value = toFailure(error).message;
    }
  }

  private readonly pull = trigger(async () => {
    try {
      this.request.value = await this.client.call('current', {});
      this.trouble.value = '';
    } catch (error) {
      this.request.value = null;
      this.trouble.value = toFailure(error).message;
    }
  });

  private readonly pullWait = trigger(async () => {
    // What is waited for is a help alone; a failure is told by the path's own call.
    this.wait.value = await this.client.call('waiting', {}).catch(() => null);
  });

  private readonly decode = latestWins((of: InterpolationRequest) =>
    this.attempt(async () => {
      const { kind, place } = this;
      const answer = await this.client.call('frame', { t: place.value, kind: kind.value });
      this.frames.value = { of, answer };
    }),
  );

  private readonly pullGrid = latestWins((of: InterpolationRequest) =>
    this.attempt(async () => {
      this.grids.value = { of, answer: await this.client.call('grid', {}) };
    }),
  );
}

/** Whether two paths differ at most by the weights that decode them. */
const isSamePath = (a: InterpolationRequest, b: InterpolationRequest): boolean =>
  a.uri === b.uri && a.names.length === b.names.length && a.names.every((name, i) => name === b.names[i]);

function trigger(pull: () => Promise<void>): () => void {
  const request = latestWins<void>(pull);
  return () => request();
}
