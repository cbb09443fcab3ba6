import { expect, test } from 'vitest';
import { encodedToArray, encodedToCsv, encodedToObjects } from '../../src/cli/tables';

const images = [
  {
    id: 'a.png',
    elbo: -3.5,
    reconstruction: -1.5,
    kl: 2,
    mean: Float32Array.of(0.1, 1),
    logVariance: Float32Array.of(-1, 1e-20),
  },
  {
    id: 'a "quoted", name.png',
    elbo: -1,
    reconstruction: -1,
    kl: 0,
    mean: Float32Array.of(0, 16777217),
    logVariance: Float32Array.of(1 / 3, 0),
  },
];

test('CSV: one header, one line an image, names quoted where they must be', () => {
  expect(encodedToCsv(images)).toBe(
    'id,elbo,reconstruction,kl,mean_0,mean_1,logvariance_0,logvariance_1\n' +
      'a.png,-3.5,-1.5,2,0.1,1,-1,1e-20\n' +
      '"a ""quoted"", name.png",-1,-1,0,0,16777216,0.33333334,0\n',
  );
});

test('every number that is written reads back as the same float32', () => {
  const values = Float32Array.from({ length: 2000 }, (_, i) => Math.sin(i * 12.9898) * 10 ** ((i % 60) - 30));
  const csv = encodedToCsv([{ ...images[0]!, mean: values, logVariance: values }]);
  const cells = csv.split('\n')[1]!.split(',').slice(4);
  expect(Float32Array.from(cells.map(Number))).toEqual(Float32Array.of(...values, ...values));
});

test('the array holds each mean, then its log-variance', () => {
  expect(encodedToArray(images)).toEqual(Float32Array.of(0.1, 1, -1, 1e-20, 0, 16777216, 1 / 3, 0));
});

test('JSON objects carry the same numbers', () => {
  expect(encodedToObjects(images)[0]).toEqual({
    ...{ id: 'a.png', elbo: -3.5, reconstruction: -1.5, kl: 2 },
    mean: [0.1, 1],
    logVariance: [-1, 1e-20],
  });
});
