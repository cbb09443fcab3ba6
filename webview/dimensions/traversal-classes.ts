import type { ClassifiedPoints } from '../../src/protocol/classifier';
import type { Traversals } from '../../src/protocol/engine';
import { useClassifiedPoints } from '../shared/classified-points';
import type { PointClasses } from '../shared/classified-points';
import type { RunSession } from '../shared/run-session';

interface Shown {
  readonly question: { readonly dimensions: readonly number[] };
  readonly answer: Traversals;
}

/** Asks the run's classifier about the pictures of all traversals, in order. @param shown null while there are none */
export function useTraversalClasses(session: RunSession, shown: Shown | null): PointClasses {
  const asked =
    shown === null || shown.question.dimensions.length === 0
      ? null
      : {
          of: JSON.stringify([shown.question, shown.answer.step]),
          points: () => traversedPoints(shown.answer, shown.question.dimensions),
        };
  return useClassifiedPoints(session, 'traversal-classes', asked);
}

/** Returns the points of traversals: the centre with one coordinate replaced. @returns dimensions × frames × Nz */
export function traversedPoints({ centre, values }: Traversals, dimensions: readonly number[]): Float32Array {
  const latent = centre.length;
  const frames = values.length / dimensions.length;
  const points = new Float32Array(values.length * latent);
  for (let i = 0; i < values.length; i++) {
    points.set(centre, i * latent);
    points[i * latent + dimensions[Math.floor(i / frames)]!] = values[i]!;
  }
  return points;
}

/** What is said about the pictures `first` to `first + count - 1`. */
export function classesOfRow(points: ClassifiedPoints, first: number, count: number): ClassifiedPoints {
  const { classes, probabilities, top } = points;
  return {
    ...points,
    probabilities: probabilities.subarray(first * classes.length, (first + count) * classes.length),
    top: top.subarray(first, first + count),
  };
}
