import { batch, computed } from '@preact/signals';
import type { Choices } from './choices';
import type { ViewState } from './view-state';

export type Pane = 'image' | 'selection' | 'here';

/** What the inspector shows: the one image, the one selection and the one place that all tabs speak of. */
export class Inspector {
  constructor(private readonly state: ViewState<Choices>) {}

  readonly pane = computed((): Pane => {
    const { pane } = this.state.value;
    return pane === 'selection' || pane === 'here' ? pane : 'image';
  });

  /** Key of the image: the id of one of the dataset, or the URI of an encoded file; empty for none. */
  readonly image = computed(() => this.state.value.inspected);

  /** Whether the inspector is open in a narrow view, where it covers a part of the stage. */
  readonly isOpen = computed(() => this.state.value.inspectorOpen);

  show(pane: Pane): void {
    this.state.update({ pane, inspectorOpen: true });
  }

  /** Shows an image. @param key empty closes it */
  showImage(key: string): void {
    batch(() => {
      this.state.update({ inspected: key });
      if (key !== '') this.show('image');
    });
  }

  close(): void {
    this.state.update({ inspectorOpen: false });
  }
}

/** Whether a key is the URI of a file, and not the id of an image of the dataset. */
export const isFileUri = (key: string): boolean => key.startsWith('file:');
