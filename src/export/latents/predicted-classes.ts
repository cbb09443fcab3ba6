import { classifierKey, readClassProbabilities } from '../../runs/class-probabilities';
import { readClassifier } from '../../runs/classifier';
import { mostProbable } from '../../columns/class-probabilities';
import { sentence } from '../encoded-images';
import type { ExportWork } from '../work';

/** What the run's classifier says about images. */
interface PredictedClasses {
  /** The most probable class of each image. */
  readonly predicted: readonly string[];
  /** images × classes. */
  readonly probabilities: Float32Array;
  readonly classes: number;
  /** The classifier's file, and the names of the classes. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Returns what the run's classifier says about the images; null without one, and with a note where it has not classified these. */
export async function predictedClasses(
  runFolder: string,
  fingerprint: string,
  { note }: ExportWork,
): Promise<PredictedClasses | null> {
  try {
    const attached = await readClassifier(runFolder);
    if (attached === null) return null;
    const { names, from } = attached;
    const kept = await readClassProbabilities(runFolder, classifierKey(attached), (damaged) =>
      note(sentence(damaged)),
    );
    if (kept?.fingerprint !== fingerprint) {
      note(
        'The probabilities of classes are missing: the classifier has not classified these images. Classify them (vae probe classify), then export again.',
      );
      return null;
    }
    const { values, classes } = kept;
    return {
      predicted: Array.from(mostProbable(values, classes), (k) => names[k]!),
      probabilities: values,
      classes,
      facts: { classifier: from, classes: JSON.stringify(names) },
    };
  } catch (error) {
    note(`The probabilities of classes are missing. ${sentence((error as Error).message)}`);
    return null;
  }
}
