import { computed, signal, untracked } from '@preact/signals';
import { densityContours } from '../../src/latent/density/density-contours';
import { clusterNames, clusterPlaces } from '../../src/latent/clusters/cluster-names';
import { ellipseOf } from '../../src/latent/posterior-ellipse';
import type { MapPosteriors } from '../../src/protocol/map-analysis';
import { toFailure } from '../../src/protocol/rpc';
import { ifReady } from '../shared/if-ready';
import type { RunSession } from '../shared/run-session';
import { readTheme } from '../shared/theme';
import type { Theme } from '../shared/theme';
import { t } from '../shared/l10n';
import { isDecodable, isLinear } from './data/axis-explanation';
import { mapOf } from './data/map-model';
import type { Narrowing } from './data/narrowing';
import type { PlotData } from './data/plot-data';
import { toScreen } from './canvas/viewport';
import type { Size, Viewport } from './canvas/viewport';

/** Shares of the images inside the contours. */
const CONTOUR_MASSES = [0.25, 0.5, 0.75, 0.95];
/** Most clusters that are named: more names would cover the map. */
const MAX_CLUSTERS = 12;
/** Standard deviations of the posterior at which its ellipses lie. */
const ELLIPSE_SIGMAS = [1, 2];

/** The cluster of each image, and the name of each cluster; empty for none. */
interface NamedClusters {
  readonly assigned: Uint8Array;
  readonly texts: readonly string[];
}

/** The name of a cluster, at a position on the map. */
interface NamedPlace {
  readonly at: readonly [x: number, y: number];
  readonly text: string;
}

/** What is drawn on the points where it is switched on: density contours, names of clusters, the chosen image's posterior. */
export class Overlays {
  private readonly clusters = signal<NamedClusters | null>(null);
  private readonly posterior = signal<{ readonly of: string; readonly posteriors: MapPosteriors } | null>(
    null,
  );
  private readonly failed = signal('');
  private running: AbortController | null = null;

  constructor(
    private readonly session: RunSession,
    private readonly narrowing: Narrowing,
    private readonly drawn: () => PlotData | null,
  ) {}

  /** Why clusters or a posterior could not be found; empty if they could. */
  get trouble(): string {
    return this.failed.value;
  }

  /** The names of the clusters, where their images are. */
  private readonly names = computed((): readonly NamedPlace[] => {
    const drawn = this.drawn();
    const clusters = this.clusters.value;
    if (drawn === null || clusters === null) return [];
    const centres = clusterPlaces(clusters.assigned, clusters.texts.length, ...drawn.places);
    return clusters.texts
      .map((text, i) => ({ at: [centres[2 * i]!, centres[2 * i + 1]!] as const, text }))
      .filter(({ at, text }) => text !== '' && Number.isFinite(at[0]) && Number.isFinite(at[1]));
  });

  private readonly withContours = computed(() => this.session.state.value.mapContours);

  /** Around the images that are shown. */
  readonly contours = computed(() => {
    const drawn = this.drawn();
    if (drawn === null || !this.withContours.value) return [];
    const within = this.narrowing.within.value;
    const [x, y] = drawn.places;
    const has = (_value: number, i: number): boolean => within === null || within[i] === 1;
    return densityContours(x.filter(has), y.filter(has), CONTOUR_MASSES);
  });

  /** Finds the clusters and names them by their commonest label, or without labels by their commonest tag. */
  async findClusters(drawn: PlotData): Promise<void> {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    const { data, x, y } = drawn;
    const axes = [x, y] as const;
    const of = isDecodable(axes) ? { x: axes[0], y: axes[1] } : 'means';
    await this.attempt(controller, async () => {
      const params = { key: data.set.key, of, most: MAX_CLUSTERS, seed: 0 } as const;
      const found = await ifReady(this.session.client.call('mapClusters', params, controller.signal));
      if (found === null || controller.signal.aborted) return;
      const { tags } = mapOf(this.session);
      const { assigned, sizes } = found;
      const byTag = clusterNames(
        assigned,
        sizes,
        tags.map(({ ids }) => data.indicesAmong(ids)),
      );
      const texts = Array.from(sizes, (_, i) => {
        const label = found.names?.[i] ?? null;
        const tag = byTag[i] ?? null;
        return nameOf(label ?? (tag && { ...tag, label: tags[tag.group]!.name }));
      });
      this.clusters.value = { assigned, texts };
    });
  }

  clearClusters(): void {
    this.running?.abort();
    this.clusters.value = null;
  }

  /** Fetches the posterior of the chosen image on the axes that are drawn; none where it has no shape on them, or at an earlier step. */
  async findPosterior(drawn: PlotData, image: string): Promise<void> {
    const { data, x, y } = drawn;
    const axes = [x, y] as const;
    this.posterior.value = null;
    if (image === '' || data.indexOf(image) < 0 || !isLinear(axes) || drawn.then !== null) return;
    const [across, up] = axes;
    const params = { key: data.set.key, x: across, y: up, ids: [image] };
    try {
      const posteriors = await ifReady(this.session.client.call('mapPosteriors', params));
      const isStillChosen = this.session.inspector.image.peek() === image && this.drawn() === drawn;
      if (posteriors && isStillChosen) this.posterior.value = { of: image, posteriors };
    } catch {
      // The point stands without its ellipse; the card says what is wrong with the image.
    }
  }

  /** Whether there is something to draw; reading it follows all of it. */
  readonly revision = computed(() => [this.contours.value, this.names.value, this.posterior.value]);

  draw(context: CanvasRenderingContext2D, view: Viewport, size: Size): void {
    const theme = readTheme();
    this.drawContours(context, view, size, theme);
    this.drawEllipse(context, view, size, theme);
    this.drawWay(context, view, size, theme);
    this.drawNames(context, view, size, theme);
  }

  private drawContours(
    context: CanvasRenderingContext2D,
    view: Viewport,
    size: Size,
    { foreground }: Theme,
  ): void {
    context.setLineDash([]);
    context.strokeStyle = foreground;
    this.contours.peek().forEach(({ rings }, i) => {
      context.globalAlpha = 0.75 - 0.15 * i;
      context.lineWidth = 1.25;
      context.beginPath();
      for (const ring of rings)
        for (let k = 0; k < ring.length; k += 2) {
          const [px, py] = toScreen(view, size, ring[k]!, ring[k + 1]!);
          if (k === 0) context.moveTo(px, py);
          else context.lineTo(px, py);
        }
      context.stroke();
    });
    context.globalAlpha = 1;
  }

  private drawEllipse(
    context: CanvasRenderingContext2D,
    view: Viewport,
    size: Size,
    { foreground, background }: Theme,
  ): void {
    const posteriors = this.posterior.peek()?.posteriors;
    if (!posteriors) return;
    const [x, y] = posteriors.places;
    const [xx, xy, yy] = posteriors.covariances;
    const [px, py] = toScreen(view, size, x!, y!);
    for (const sigmas of ELLIPSE_SIGMAS) {
      const { major, minor, angle } = ellipseOf({ xx: xx!, xy: xy!, yy: yy! }, sigmas);
      context.beginPath();
      // The y axis points down on the screen.
      context.ellipse(px, py, major * view.scale, minor * view.scale, -angle, 0, 2 * Math.PI);
      for (const [colour, width] of [
        [background, 3.5],
        [foreground, 1.5],
      ] as const) {
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.setLineDash(sigmas === 1 ? [] : [5, 4]);
        context.stroke();
      }
    }
    context.setLineDash([]);
  }

  /** Draws the way of the chosen image through the snapshots that were looked at. */
  private drawWay(
    context: CanvasRenderingContext2D,
    view: Viewport,
    size: Size,
    { foreground }: Theme,
  ): void {
    const drawn = untracked(() => this.drawn());
    const index = drawn?.then ? drawn.data.indexOf(this.session.inspector.image.peek()) : -1;
    if (index < 0) return;
    context.strokeStyle = foreground;
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [x, y] of this.session.time.way(index)) context.lineTo(...toScreen(view, size, x, y));
    context.stroke();
  }

  private drawNames(
    context: CanvasRenderingContext2D,
    view: Viewport,
    size: Size,
    { foreground, background, font }: Theme,
  ): void {
    context.font = `600 ${font.replace('11px', '13px')}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    for (const { at, text } of this.names.peek()) {
      const [px, py] = toScreen(view, size, ...at);
      context.strokeStyle = background;
      context.lineWidth = 4;
      context.strokeText(text, px, py);
      context.fillStyle = foreground;
      context.fillText(text, px, py);
    }
    context.textBaseline = 'alphabetic';
  }

  private async attempt(controller: AbortController, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.failed.value = '';
    } catch (error) {
      if (!controller.signal.aborted) this.failed.value = toFailure(error).message;
    }
  }
}

interface Named {
  readonly label: string;
  readonly share: number;
  readonly isDistinct: boolean;
}

/** A cluster that is no purer than the whole has no name of its own. */
function nameOf(named: Named | null): string {
  if (named === null) return '';
  return named.isDistinct ? t('{0} ({1} %)', named.label, Math.round(100 * named.share)) : t('mixed');
}
