import { computed, signal } from '@preact/signals';
import type { Pane } from '../../src/protocol/panel';
import type { LatentPlace } from '../../src/protocol/schemas/latent';
import type { Choices } from './choices';
import type { ViewState } from './view-state';

/** A place in latent space to look at. */
export interface LookedAt {
  readonly place: LatentPlace;
  /** What the place is, such as which coordinates the axes leave open; empty if that is said elsewhere. */
  readonly explanation: string;
}

/** What the inspector shows: the one image, the one selection and the one place that all tabs speak of. */
export class Inspector {
  private readonly lookedAt = signal<LookedAt | null>(null);
  private readonly pinned = signal(false);

  constructor(private readonly state: ViewState<Choices>) {}

  readonly pane = computed((): Pane => {
    const { pane } = this.state.value;
    return pane === 'selection' || pane === 'here' ? pane : 'image';
  });

  /** Key of the image (image-key.ts); empty for none. */
  readonly image = computed(() => this.state.value.inspected);

  /** The place under the mouse, or the pinned one; null for none. */
  readonly place = computed(() => this.lookedAt.value);

  /** Whether the place stays when the mouse moves on. */
  readonly isPinned = computed(() => this.pinned.value);

  /** Whether the inspector is open in a narrow view, where it covers a part of the stage. */
  readonly isOpen = computed(() => this.state.value.inspectorOpen);

  show(pane: Pane): void {
    this.state.update({ pane, inspectorOpen: true });
  }

  /** Shows an image in its pane. @param key empty closes it */
  showImage(key: string): void {
    this.state.update({ inspected: key });
    if (key !== '') this.show('image');
  }

  /** Shows the place under the mouse, in whatever pane shows places; a pinned place stays. */
  lookAt(place: LookedAt | null): void {
    if (!this.pinned.value) this.lookedAt.value = place;
  }

  /** Replaces the place that is looked at, pinned or not, by the same one at another step or off the plane. */
  replace(place: LookedAt): void {
    this.lookedAt.value = place;
  }

  /** Pins a place and opens its pane; null releases the pinned one. */
  pin(place: LookedAt | null): void {
    this.pinned.value = place !== null;
    this.lookedAt.value = place;
    if (place !== null) this.show('here');
  }

  close(): void {
    this.state.update({ inspectorOpen: false });
  }
}
