import { computed, effect, signal, untracked } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { DecisionRegions } from '../../src/protocol/classifier';
import { toFailure } from '../../src/protocol/rpc';
import { ifReady } from '../shared/if-ready';
import { classifierOf } from '../shared/classifier';
import type { Rgb } from '../shared/palette';
import type { RunSession } from '../shared/run-session';
import { isLinear } from './data/axis-explanation';
import { axesKey } from './data/plot-data';
import type { PlotData } from './data/plot-data';
import type { MapCanvas } from './canvas/map-canvas';
import { toData, toScreen } from './canvas/viewport';
import { classColours } from './style/class-colours';
import type { PointStyles } from './style/point-styles';
import type { Size, Viewport } from './canvas/viewport';

/** Cells per side: first a few, which are there soon, then as many as can be told apart. */
const SIDES = [12, 40] as const;
/** The view must rest for this long before regions are computed for it, in ms. */
const REST_MS = 350;
/** Opacity of a region whose class is certain; of one where no class is likelier than another there is nothing. */
const OPACITY = 0.45;

interface Shown {
  readonly regions: DecisionRegions;
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  /** Axes that they lie on. */
  readonly axes: string;
}

/** The most probable class over the plane that the map shows, by what is decoded there. */
export class Regions {
  private readonly shown = signal<Shown | null>(null);
  private readonly failed = signal('');
  private readonly working = signal(false);
  private running: AbortController | null = null;
  private rest: ReturnType<typeof setTimeout> | undefined;
  /** The regions as an image, a pixel per cell. */
  private image: {
    readonly of: Shown;
    readonly colours: readonly Rgb[];
    readonly canvas: HTMLCanvasElement;
  } | null = null;

  /** @param styles of the points */
  constructor(
    private readonly session: RunSession,
    private readonly drawn: () => PlotData | null,
    private readonly styles: ReadonlySignal<(Pick<PointStyles, 'colouring'> & { light: boolean }) | null>,
  ) {}

  get trouble(): string {
    return this.failed.value;
  }

  get isWorking(): boolean {
    return this.working.value;
  }

  /** The classes with the largest parts of what is shown, and their shares. */
  readonly parts = computed((): readonly { readonly k: number; readonly share: number }[] => {
    const { classes } = this.shown.value?.regions ?? {};
    if (classes === undefined) return [];
    const counts = new Map<number, number>();
    for (const k of classes) counts.set(k, (counts.get(k) ?? 0) + 1);
    return [...counts]
      .map(([k, cells]) => ({ k, share: cells / classes.length }))
      .sort((a, b) => b.share - a.share);
  });

  /** Colours of the classes, in the classifier's order. */
  readonly colours = computed((): readonly Rgb[] => {
    const names = classifierOf(this.session).names.value ?? [];
    const styles = this.styles.value;
    return styles === null ? [] : classColours(names, styles.colouring, styles.light);
  });

  private readonly isOn = computed(() => this.session.state.value.mapRegions);

  /** Follows what is in view while the map is shown. @returns what ends that */
  start(views: ReadonlySignal<number>, canvas: Pick<MapCanvas, 'view' | 'size' | 'redraw'>): (() => void)[] {
    const { session } = this;
    return [
      effect(() => {
        void [views.value, classifierOf(session).state?.classifier?.key, session.weightsStep.value];
        const drawn = this.drawn();
        const isOn = this.isOn.value;
        untracked(() => {
          if (drawn !== null && isOn) this.follow(drawn, canvas.view, canvas.size);
          else this.clear();
        });
      }),
      effect(() => {
        void [this.shown.value, this.colours.value];
        canvas.redraw();
      }),
      () => this.clear(),
    ];
  }

  /** Computes the regions of what is in view, once the view rests. */
  private follow(drawn: PlotData, view: Viewport, size: Size): void {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => void this.compute(drawn, view, size), REST_MS);
  }

  private clear(): void {
    clearTimeout(this.rest);
    this.running?.abort();
    this.shown.value = null;
    this.failed.value = '';
    this.working.value = false;
  }

  private async compute(drawn: PlotData, view: Viewport, size: Size): Promise<void> {
    this.running?.abort();
    const axes = [drawn.x, drawn.y] as const;
    const { names } = classifierOf(this.session);
    if (!isLinear(axes) || drawn.then !== null || names.peek() === null || size.width === 0)
      return this.clear();
    const controller = new AbortController();
    this.running = controller;
    const from = toData(view, size, 0, size.height);
    const to = toData(view, size, size.width, 0);
    const [x, y] = axes;
    this.working.value = true;
    try {
      for (const side of SIDES) {
        const params = { key: drawn.data.set.key, x, y, from, to, side };
        const answer = this.session.client.call('decisionRegions', params, controller.signal);
        const regions = await ifReady(answer);
        if (controller.signal.aborted) return;
        this.shown.value = regions && { regions, from, to, axes: axesKey(drawn) };
      }
      this.failed.value = '';
    } catch (error) {
      if (!controller.signal.aborted) this.failed.value = toFailure(error).message;
    } finally {
      if (this.running === controller) this.working.value = false;
    }
  }

  /** Draws behind the points. */
  draw(context: CanvasRenderingContext2D, view: Viewport, size: Size): void {
    const shown = this.shown.peek();
    const drawn = untracked(() => this.drawn());
    if (shown === null || drawn === null || shown.axes !== axesKey(drawn)) return;
    const [left, bottom] = toScreen(view, size, ...shown.from);
    const [right, top] = toScreen(view, size, ...shown.to);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.imageOf(shown), left, top, right - left, bottom - top);
  }

  private imageOf(shown: Shown): HTMLCanvasElement {
    const colours = this.colours.peek();
    if (this.image?.of === shown && this.image.colours === colours) return this.image.canvas;
    const { side, classes, probabilities } = shown.regions;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = side;
    const pixels = new ImageData(side, side);
    const chance = 1 / Math.max(2, colours.length);
    for (let cell = 0; cell < side * side; cell++) {
      // Rows come from the lowest y, and pixels from the top.
      const at = (side - 1 - Math.floor(cell / side)) * side + (cell % side);
      const sureness = Math.max(0, (probabilities[cell]! - chance) / (1 - chance));
      const colour = colours[classes[cell]!];
      if (colour) pixels.data.set([...colour, Math.round(255 * OPACITY * sureness)], 4 * at);
    }
    canvas.getContext('2d')?.putImageData(pixels, 0, 0);
    this.image = { of: shown, colours, canvas };
    return canvas;
  }
}
