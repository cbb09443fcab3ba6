import type { ClassifiedPoints } from '../../src/protocol/classifier';
import type { Traversals } from '../../src/protocol/engine';
import { classifierOf } from '../shared/classifier';
import type { RunSession } from '../shared/run-session';
import { useQuery } from '../shared/use-query';

/** Classes that have a line. */
const MOST_CLASSES = 6;

interface Shown {
  readonly question: { readonly dimensions: readonly number[] };
  readonly answer: Traversals;
}

interface Question {
  readonly classifier: string;
  /** Identifies the traversals. */
  readonly of: string;
  /** Their points. Of a question only what is JSON is compared, so that no point is written as text whenever the tab is drawn. */
  readonly points: () => Float32Array;
}

export interface TraversalClasses {
  /** Whether the run has a classifier. */
  readonly isAttached: boolean;
  /** What it says about all pictures of the traversals, in order; null until it has answered about these. */
  readonly points: ClassifiedPoints | null;
  readonly trouble: string;
}

/** Asks the run's classifier about the pictures of traversals; again for another classifier. @param shown null while there are none */
export function useTraversalClasses(session: RunSession, shown: Shown | null): TraversalClasses {
  const classifier = classifierOf(session).state?.classifier?.key;
  const question: Question | null =
    classifier === undefined || shown === null || shown.question.dimensions.length === 0
      ? null
      : {
          classifier,
          of: JSON.stringify([shown.question, shown.answer.step]),
          points: () => traversedPoints(shown.answer, shown.question.dimensions),
        };
  const { answer, trouble } = useQuery(session, 'traversal-classes', question, ({ points }) => {
    const z = points();
    const count = z.length / session.run.latent;
    return session.client.call('classifyPoints', { z, count, most: MOST_CLASSES });
  });
  const isOfThese = answer?.question.of === question?.of && answer?.question.classifier === classifier;
  return {
    isAttached: classifier !== undefined,
    points: question !== null && isOfThese ? (answer?.answer ?? null) : null,
    trouble: question === null ? '' : trouble,
  };
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
