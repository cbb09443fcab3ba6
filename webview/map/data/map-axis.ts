import type { MapColumn } from '../../../src/protocol/map';

/** An axis: a column of the map, or a numeric column of the dataset. */
export type MapAxis = MapColumn | `field:${string}`;

/** The colouring of the points: by a column or by one of these categories. */
export type ColourBy = MapAxis | 'label' | 'split' | 'tag' | 'none';
