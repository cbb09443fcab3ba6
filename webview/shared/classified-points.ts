import type { ClassifiedPoints } from '../../src/protocol/classifier';
import { classifierOf } from './classifier';
import type { RunSession } from './run-session';
import { useQuery } from './use-query';

/** Classes that have a line. */
const MAX_CLASSES = 6;

/** Points of latent space, of which the run's classifier is asked what it says about their pictures. */
interface Asked {
  /** Identifies the points, and the weights that decode them. */
  readonly of: string;
  /** count × Nz. Of a question only what is JSON is compared, so that no point is written as text whenever a tab is drawn. */
  readonly points: () => Float32Array;
}

export interface PointClasses {
  /** Whether the run has a classifier. */
  readonly isAttached: boolean;
  /** What it says about all points, in order; null until it has answered about these. */
  readonly points: ClassifiedPoints | null;
  readonly trouble: string;
}

/** Asks the run's classifier about decoded points; again for another classifier. @param name as of `useQuery` @param asked null for none */
export function useClassifiedPoints(session: RunSession, name: string, asked: Asked | null): PointClasses {
  const classifier = classifierOf(session).state?.classifier?.key;
  const question = classifier === undefined || asked === null ? null : { classifier, ...asked };
  const { answer, trouble } = useQuery(session, name, question, ({ points }) => {
    const z = points();
    return session.client.call('classifyPoints', {
      ...{ z, count: z.length / session.run.latent, most: MAX_CLASSES },
    });
  });
  const isOfThese = answer?.question.of === question?.of && answer?.question.classifier === classifier;
  return {
    isAttached: classifier !== undefined,
    points: question !== null && isOfThese ? (answer?.answer ?? null) : null,
    trouble: question === null ? '' : trouble,
  };
}
