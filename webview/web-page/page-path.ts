import { signal } from '@preact/signals';
import { linear, spherical } from '../../src/latent/path';
import type { PathKind } from '../../src/protocol/panel';

/** An end of the path: an image of the page. */
export type PathEndName = 'from' | 'to';

/** The path that the page shows: between two images, or along a line on the map. */
export class PagePath {
  readonly ends = signal<Readonly<Record<PathEndName, string>>>({ from: '', to: '' });
  readonly kind = signal<PathKind>('linear');
  /** From 0 to 1. */
  readonly place = signal(0);
  /** Points of a line on the map; null for the path between the two images. */
  readonly line = signal<readonly Float32Array[] | null>(null);

  /** Called when a path is asked for elsewhere than beside it. */
  shown: () => void = () => undefined;

  setEnd(end: PathEndName, id: string): void {
    this.ends.value = { ...this.ends.peek(), [end]: id };
    this.line.value = null;
  }

  swap(): void {
    const { from, to } = this.ends.peek();
    this.ends.value = { from: to, to: from };
    this.line.value = null;
  }

  through(points: readonly Float32Array[]): void {
    this.line.value = points;
    this.place.value = 0;
    this.shown();
  }
}

/** Returns the point at `t`, from 0 to 1, of the path through waypoints, each the same share of it from the next. */
export function pointOn(waypoints: readonly Float32Array[], t: number, kind: PathKind): Float32Array {
  const segments = waypoints.length - 1;
  const segment = Math.min(segments - 1, Math.floor(t * segments));
  const between = kind === 'spherical' ? spherical : linear;
  return between(waypoints[segment]!, waypoints[segment + 1]!, t * segments - segment);
}
