import type { Dataset } from '../datasets/dataset';
import { factorsOfDigit } from '../datasets/digits/digits';
import { disentanglementCompletenessInformativeness } from '../statistics/dci';
import type { Dci } from '../statistics/dci';
import type { Factor, FactorScores } from '../statistics/factor';
import { mutualInformationGap } from '../statistics/mig';
import { separatedAttributePredictability } from '../statistics/sap';
import { DataError } from '../images/data-error';

/** Disentanglement scores of the posterior means against the images' generative factors, all from 0 to 1. */
export interface Disentanglement {
  readonly factors: readonly string[];
  readonly mig: FactorScores;
  readonly sap: FactorScores;
  readonly dci: Dci;
}

const CONTINUOUS = ['slant', 'thickness', 'scale', 'x', 'y'] as const;

/**
 * Returns the generative factors of these rows of the built-in digits. Leaves out the writing style, because it has a
 * different meaning for each digit. @throws DataError for any other dataset
 */
export function knownFactors(
  { name, source, id }: Pick<Dataset, 'name' | 'source' | 'id'>,
  rows: Uint32Array,
): Factor[] {
  if (source.kind !== 'digits') {
    throw new DataError(
      `${name}: the factors of these images are not known; disentanglement is measured on the built-in \`digits\` only`,
    );
  }
  const all = Array.from(rows, (row) => factorsOfDigit(source.seed, id(row)));
  return [
    { name: 'label', kind: 'class', values: all.map(({ label }) => label) },
    ...CONTINUOUS.map((key): Factor => ({
      name: key,
      kind: 'continuous',
      values: all.map((factors) => factors[key]),
    })),
  ];
}

/** Computes MIG, SAP and DCI. @param means posterior means of the datapoints, count × Nz @param latent Nz */
export function disentanglement(
  means: Float32Array,
  latent: number,
  factors: readonly Factor[],
): Disentanglement {
  const codes = { count: means.length / latent, dimensions: latent, values: means };
  return {
    factors: factors.map(({ name }) => name),
    mig: mutualInformationGap(codes, factors),
    sap: separatedAttributePredictability(codes, factors),
    dci: disentanglementCompletenessInformativeness(codes, factors),
  };
}
