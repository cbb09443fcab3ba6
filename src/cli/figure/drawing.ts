/** A drawing in CSS pixels, y downwards: what the SVG and the PNG writer both understand. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What it shows, for people who cannot see it. */
  readonly title: string;
  readonly description: string;
  readonly marks: readonly PlotMark[];
}

export type Point = readonly [x: number, y: number];

export interface PlotStroke {
  readonly kind: 'stroke';
  readonly points: readonly Point[];
  /** `#rrggbb`. */
  readonly colour: string;
  readonly width: number;
  /** Lengths of a dash and of the gap after it; none for a solid line. */
  readonly dash?: readonly [number, number];
}

export interface Dot {
  readonly kind: 'dot';
  readonly at: Point;
  readonly radius: number;
  readonly colour: string;
}

export interface Text {
  readonly kind: 'text';
  /** On the baseline: its start, middle or end. */
  readonly at: Point;
  readonly text: string;
  readonly size: number;
  readonly colour: string;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Reads upwards. */
  readonly upright?: boolean;
}

export type PlotMark = PlotStroke | Dot | Text;
