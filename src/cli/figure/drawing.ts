/** A drawing in CSS pixels, y downwards. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Title and description are the text alternative for screen readers. */
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
  /** Lengths of dash and gap; absent for a solid line. */
  readonly dash?: readonly [number, number];
}

interface Dot {
  readonly kind: 'dot';
  readonly at: Point;
  readonly radius: number;
  readonly colour: string;
}

export interface Text {
  readonly kind: 'text';
  /** Point on the baseline: its start, middle or end, depending on `anchor`. */
  readonly at: Point;
  readonly text: string;
  readonly size: number;
  readonly colour: string;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Rotated to read upwards. */
  readonly upright?: boolean;
}

export type PlotMark = PlotStroke | Dot | Text;
