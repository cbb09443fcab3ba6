import type { MapColumn } from '../../../src/protocol/map';

/** What can lie along an axis: a column of the map, or one of the dataset's own of numbers. */
export type MapAxis = MapColumn | `field:${string}`;

/** What the points are coloured by: a column, or one of these. */
export type ColourBy = MapAxis | 'label' | 'split' | 'tag' | 'none';
