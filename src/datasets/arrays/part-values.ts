import type { StoredValues } from '../../images/value-range';

/**
 * The values that one array of images stores: bytes of which some are above 1, which have their range; truth values of
 * NumPy, which are black and white in any; or the least and greatest of other numbers.
 */
export type PartValues = 'bytes' | 'truth values' | StoredValues;
