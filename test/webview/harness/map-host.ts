import type { LayoutParameters, LayoutProgress, MapLayout } from '../../../src/protocol/layout';
import type { MapCard, MapColumn, MapSet, MapState, MapTag, MapField } from '../../../src/protocol/map';
import type { ExplorerMethods } from '../../../src/protocol/schemas/panel';
import { RpcError } from '../../../src/protocol/rpc';
import type { Handlers } from '../../../src/protocol/rpc';
import { glyphs, imageCard, wobble } from './shapes';

type MapMethods = Pick<
  ExplorerMethods,
  | 'map'
  | 'encodeAll'
  | 'cancelEncodeAll'
  | 'startLayout'
  | 'cancelLayout'
  | 'mapImages'
  | 'mapColumn'
  | 'mapFields'
  | 'mapField'
  | 'mapCards'
  | 'mapPictures'
  | 'mapNearPairs'
  | 'mapClusters'
  | 'mapPosteriors'
  | 'actOnImages'
  | 'exportTable'
  | 'mapTags'
  | 'excludedImages'
  | 'includeAgain'
  | 'setTag'
  | 'removeTag'
  | 'openMapImage'
  | 'mapFocus'
>;

/** How many images and dimensions the map of a scenario has; null: it is still to be made. */
const SCENARIOS: Readonly<Record<string, { count: number; dimensions: number; classes: number } | null>> = {
  map: { count: 3000, dimensions: 20, classes: 10 },
  directions: { count: 3000, dimensions: 20, classes: 10 },
  'decoder-map': { count: 3000, dimensions: 20, classes: 10 },
  'map-plane': { count: 400, dimensions: 2, classes: 0 },
  'map-classes': { count: 5000, dimensions: 20, classes: 60 },
  'map-70000': { count: 70_000, dimensions: 20, classes: 10 },
  'map-million': { count: 1_000_000, dimensions: 20, classes: 10 },
  'map-20000': { count: 20_000, dimensions: 20, classes: 10 },
  'map-time': { count: 3000, dimensions: 20, classes: 10 },
  'map-time-20000': { count: 20_000, dimensions: 20, classes: 10 },
  'map-unmade': { count: 70_000, dimensions: 20, classes: 10 },
};

/** What the made-up images have in their column `age`; of every fifth it is not known. */
export const ageOf = (row: number): number => (row % 5 === 0 ? NaN : (row * 37) % 101);

/** The map of made-up images: clusters around the corners of a ring, one for each class. */
export class MapHost {
  set: MapSet | null;
  job: MapState['job'] = null;
  error = '';
  /** Step of the engine's weights. */
  step = 24_000;
  focus: readonly string[] = [];
  saved: MapLayout | null = null;
  layoutJob: LayoutProgress | null = null;
  private wanted: LayoutParameters | null = null;
  tags: readonly MapTag[] = [];
  excluded: readonly string[] = [];
  private tagsMayCome = Promise.resolve();
  private readonly shape;

  /** Further columns, such as those of a classifier, and of classes by name. */
  moreFields: (classes: readonly string[]) => readonly MapField[] = () => [];

  constructor(
    scenario: string,
    private readonly record: (method: string, params: unknown) => void,
  ) {
    const shape = SCENARIOS[scenario] ?? null;
    this.shape = shape ?? { count: 3000, dimensions: 20, classes: 10 };
    this.set = scenario === 'map-unmade' ? null : shape && this.setAt(24_000);
  }

  /** Keeps the answer to `mapTags` back until the returned function is called. */
  holdTags(): () => void {
    let release = (): void => undefined;
    this.tagsMayCome = new Promise((resolve) => (release = resolve));
    return release;
  }

  /** Goes on with the encoding; at the end the images are there. */
  encode(done: number, step: number): void {
    const total = this.shape.count;
    this.job = done < total ? { done, total } : null;
    if (done >= total) this.set = this.setAt(step);
    this.step = Math.max(this.step, step);
  }

  /** Goes on with the layout; at the end it is there. */
  layOut(epoch: number): void {
    this.layoutJob = epoch < 200 ? { stage: 'layout', done: epoch, total: 200 } : null;
    if (epoch < 200) return;
    const { count, step } = this.set!;
    this.saved = { ...this.wanted!, id: `made-up ${this.wanted!.seed}`, step, fitted: count, epochs: 200 };
  }

  handlers(): Handlers<MapMethods> {
    const state = (): MapState => {
      const set = this.set && { ...this.set, layout: this.saved?.step === this.set.step ? this.saved : null };
      const layout = { saved: this.saved, job: this.layoutJob, error: '' };
      return { set, step: this.step, images: this.shape.count, job: this.job, error: this.error, layout };
    };
    return {
      map: state,
      encodeAll: (params) => {
        this.record('encodeAll', params);
        this.job ??= { done: 0, total: this.shape.count };
        return state();
      },
      cancelEncodeAll: (params) => {
        this.record('cancelEncodeAll', params);
        this.job = null;
      },
      startLayout: (params) => {
        this.record('startLayout', params);
        if (params.neighbours > this.shape.count)
          throw new RpcError('bad-input', `neighbours: got ${params.neighbours}, expected fewer`);
        this.wanted = params;
        this.layoutJob = { stage: 'neighbours', done: 0, total: this.shape.count };
        return state();
      },
      cancelLayout: (params) => {
        this.record('cancelLayout', params);
        this.layoutJob = null;
      },
      mapImages: ({ key, first, count }) => {
        this.check(key);
        const rows = Array.from({ length: count }, (_, i) => first + i);
        return {
          ids: rows.map((row) => this.id(row)),
          labels: this.shape.classes === 0 ? null : Int32Array.from(rows, (row) => this.label(row)),
          splits: Uint8Array.from(rows, (row) => (row % 10 === 8 ? 1 : row % 10 === 9 ? 2 : 0)),
        };
      },
      mapColumn: ({ key, first, count, column }) => {
        this.check(key);
        return Float32Array.from({ length: count }, (_, i) => this.value(column, first + i));
      },
      mapFields: ({ classes = [] }) => [
        { name: 'slant', names: null },
        { name: 'camera', names: ['left', 'right'] },
        { name: 'age', names: null },
        ...this.moreFields(classes),
      ],
      mapField: ({ key, first, count, name }) => {
        this.check(key);
        this.record('mapField', { name });
        return Float64Array.from({ length: count }, (_, i) => this.field(name, first + i));
      },
      mapCards: ({ ids }) => {
        this.record('mapCards', { ids });
        return ids.map((id) => this.card(id));
      },
      mapPictures: ({ ids }) =>
        glyphs(
          ids.map((id) => this.bend(id)),
          1,
          0,
        ),
      mapNearPairs: (params) => {
        this.record('mapNearPairs', params);
        return [3, 14, 25].map((row, i) => ({
          first: this.id(row),
          second: this.id(row + 10),
          distance: 0.01 * (i + 1),
        }));
      },
      mapClusters: (params) => {
        this.check(params.key);
        this.record('mapClusters', params);
        const { count, classes } = this.shape;
        const clusters = Math.max(1, Math.min(params.most, classes));
        const assigned = Uint8Array.from({ length: count }, (_, row) => row % clusters);
        const sizes = new Uint32Array(clusters);
        for (const cluster of assigned) sizes[cluster]!++;
        const names = Array.from(sizes, (_, i) => ({
          ...{ group: i, label: `class ${i}`, share: 0.9, base: 1 / clusters },
          // One of them is no purer than the whole.
          isDistinct: i > 0,
        }));
        return { assigned, sizes, silhouette: 0.5, names: classes === 0 ? null : names };
      },
      mapPosteriors: (params) => {
        this.check(params.key);
        this.record('mapPosteriors', params);
        const rows = params.ids.map((id) => Number(/(\d+)\.png$/.exec(id)?.[1]));
        return {
          places: Float32Array.from(
            rows.flatMap((row) => [this.value(params.x, row), this.value(params.y, row)]),
          ),
          covariances: Float32Array.from(rows.flatMap(() => [0.09, 0.02, 0.04])),
        };
      },
      actOnImages: (params) => {
        this.record('actOnImages', params);
        const { action, ids } = params;
        if (action === 'exclude') this.excluded = [...this.excluded, ...ids];
        if (action === 'tag') this.tags = [...this.tags, { name: `tag ${this.tags.length + 1}`, ids }];
        return { done: action === 'open' ? Math.min(10, ids.length) : action === 'reveal' ? 1 : ids.length };
      },
      exportTable: (params) => {
        this.record('exportTable', params);
        return true;
      },
      mapTags: async () => {
        const { tags } = this;
        await this.tagsMayCome;
        return tags;
      },
      excludedImages: () => this.excluded,
      includeAgain: () => void (this.excluded = []),
      setTag: ({ name, ids }) => {
        this.record('setTag', { name, ids });
        const others = this.tags.filter((tag) => tag.name !== name);
        this.tags = ids.length === 0 ? others : [...others, { name, ids }];
      },
      removeTag: ({ name }) => void (this.tags = this.tags.filter((tag) => tag.name !== name)),
      openMapImage: (params) => this.record('openMapImage', params),
      mapFocus: () => {
        const { focus } = this;
        this.focus = [];
        return focus;
      },
    };
  }

  private setAt(step: number): MapSet {
    const { count, dimensions, classes } = this.shape;
    const shares = Float32Array.from({ length: dimensions }, (_, k) => 0.5 ** (k + 1));
    const names = Array.from({ length: classes }, (_, i) => (classes > 10 ? `class ${i}` : String(i)));
    return {
      key: `${step}-made-up`,
      step,
      count,
      dimensions,
      labelNames: classes === 0 ? null : names,
      shares,
      layout: null,
    };
  }

  private check(key: string): void {
    if (key !== this.set?.key) throw new RpcError('superseded', 'the images were encoded again meanwhile');
  }

  private label(row: number): number {
    return row % 97 === 0 ? -1 : row % Math.max(1, this.shape.classes);
  }

  private id(row: number): string {
    const folder = this.shape.classes === 0 ? 'images' : String(Math.max(0, this.label(row)));
    return `${folder}/${String(row).padStart(5, '0')}.png`;
  }

  /** The value of an image in a column. */
  value(column: MapColumn, row: number): number {
    const [kind, number = '0'] = column.split(':');
    const classes = Math.max(3, Math.min(10, this.shape.classes));
    const angle = (2 * Math.PI * (row % classes)) / classes;
    const noise = wobble(row * 7 + Number(number)) + wobble(row * 13 + 3 + Number(number));
    if (kind === 'elbo') return -100 + 12 * wobble(row + 0.5) - 30 * Math.max(0, wobble(row * 3.7)) ** 3;
    if (kind === 'kl') return 20 + 4 * wobble(row + 0.7);
    if (kind === 'norm') return 3 + wobble(row + 0.9);
    if (kind === 'reconstruction') return -80 + 10 * wobble(row + 0.5);
    if (kind === 'umap') return 10 * (Number(number) === 0 ? Math.cos(angle) : Math.sin(angle)) + 2 * noise;
    const place = Number(number) === 0 ? Math.cos(angle) : Number(number) === 1 ? Math.sin(angle) : 0;
    return 2 * place + 0.45 * noise;
  }

  private field(name: string, row: number): number {
    if (name === 'slant') return wobble(row);
    return name === 'age' ? ageOf(row) : (row % 3) - 1;
  }

  private bend(id: string): readonly [number, number] {
    const row = Number(/(\d+)\.png$/.exec(id)?.[1]);
    return [1.3 * wobble(row), 1.5 * wobble(row + 7)];
  }

  private card(id: string): MapCard {
    const row = Number(/(\d+)\.png$/.exec(id)?.[1]);
    if (id !== this.id(row))
      throw new RpcError('not-found', `the dataset has no image '${id}'; it may have been removed`);
    const name = id.split('/').at(-1)!;
    return { ...imageCard(name, row, this.shape.dimensions), id, uri: `file:///data/${id}` };
  }
}
