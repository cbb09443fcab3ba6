import { representatives } from '../../src/columns/representatives';
import { computed, signal } from '@preact/signals';
import type { ComparedImage } from '../../src/protocol/compare';
import type { EncodeFailure } from '../../src/protocol/engine';
import type { TimeImages } from '../../src/protocol/time';
import { latestWins } from '../shared/latest-wins';
import { reported } from '../shared/reported';
import type { CompareModel } from './model';
import { RunsAnswers } from './runs-answers';

/** Images per row. */
const PAGE_IMAGES = 12;

export type Encoded = ComparedImage | EncodeFailure;

/** Images of the first run's dataset, a page at a time, and what each run makes of them. */
export class ImagesOfRuns {
  readonly cards = new RunsAnswers<readonly Encoded[]>();
  private readonly known = signal<TimeImages | null>(null);
  private readonly failed = signal('');
  /** URI of the run that the images come from. */
  private first = '';
  /** The ids that the runs were asked for last, and the question. */
  private asked = '';
  private question = '';

  constructor(private readonly model: CompareModel) {}

  /** Number of images of the first run's dataset; null before it is known. */
  readonly total = computed(() => this.known.value?.total ?? null);

  /** Why the images could not be read; empty if they could. */
  readonly trouble = computed(() => this.failed.value);

  /** Ids of the page: the sample of validation images first, then the other images in order. */
  readonly ids = computed((): readonly string[] => {
    const images = this.known.value;
    if (images === null) return [];
    const shown = new Set(images.shown);
    // The validation images that represent the dataset first, then the others, of which each page does.
    const rest = [...images.ids.keys()].filter((i) => !shown.has(images.ids[i]!));
    const others = representatives(rest, images.labels, rest.length, inOrder);
    const all = [...images.shown, ...Array.from(others, (i) => images.ids[i]!)];
    const pages = Math.max(1, Math.ceil(all.length / PAGE_IMAGES));
    const page = this.model.state.value.page % pages;
    return all.slice(page * PAGE_IMAGES, (page + 1) * PAGE_IMAGES);
  });

  /**
   * Asks the runs for the page's images, and the first run for its images if it is another one.
   * @param question nothing is asked if it is that of the last time, unless that failed
   */
  pull(question: string): void {
    if (question !== this.question) this.request(question);
  }

  private readonly request = latestWins<string>(async (question) => {
    const { runs, client } = this.model;
    const [first] = runs;
    if (first === undefined) return;
    try {
      if (this.first !== first.uri) {
        this.known.value = await client.call('images', {});
        this.first = first.uri;
      }
      this.failed.value = '';
    } catch (error) {
      this.failed.value = reported(error);
      return;
    }
    this.question = question;
    const ids = this.ids.peek();
    if (ids.length === 0) return;
    // Pictures of older weights stay until the new ones are there, those of other images do not.
    if (this.asked !== ids.join('\n')) this.cards.clear();
    this.asked = ids.join('\n');
    this.cards.ask(
      runs.map(({ uri }) => uri),
      (run) => client.call('cards', { run, ids }),
    );
  });
}

const inOrder = (_label: number, length: number): Uint32Array => Uint32Array.from({ length }, (_, i) => i);
