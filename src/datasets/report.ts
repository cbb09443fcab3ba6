import type { DatasetNote } from '../domain/dataset-notes';
import { DEFAULT_SPLIT, SPLIT_NAMES } from '../domain/split';
import type { SplitName } from '../domain/split';
import type { Dataset, SplitRequest } from './dataset';
import { splitDataset } from './split';
import { DataError } from '../images/data-error';

/** Files that could not be used for the same reason. */
interface SkippedGroup {
  readonly reason: string;
  readonly count: number;
  /** The first few paths, in the order of the dataset. */
  readonly examples: readonly string[];
}

/** What a run would see of a dataset: everything that its owner should know before training. Without pixels. */
export interface DatasetReport extends Pick<
  Dataset,
  'name' | 'source' | 'shape' | 'count' | 'skipped' | 'notes' | 'fingerprint'
> {
  /** `skipped` by reason, the most frequent first. */
  readonly skippedGroups: readonly SkippedGroup[];
  /** Image count per class, in class order; null if there are no labels. */
  readonly labels: readonly { readonly name: string; readonly count: number }[] | null;
  readonly unlabelled: number;
  /** Image count per part, and whether the split is the dataset's own; or the reason why it cannot be split. */
  readonly split: (Readonly<Record<SplitName, number>> & { readonly own: boolean }) | string;
}

const MAX_EXAMPLES = 3;

/** Describes a loaded dataset, split as a run would split it. */
export function datasetReport(dataset: Dataset, request: SplitRequest = DEFAULT_SPLIT): DatasetReport {
  const { name, source, shape, count, skipped, notes, fingerprint, labels } = dataset;
  const counts = new Array<number>(labels?.names.length ?? 0).fill(0);
  for (const label of labels?.values ?? []) if (label >= 0) counts[label]!++;
  return {
    ...{ name, source, shape, count, skipped, fingerprint },
    notes: byLevel(notes),
    skippedGroups: grouped(skipped),
    labels: labels ? labels.names.map((label, i) => ({ name: label, count: counts[i]! })) : null,
    unlabelled: count - counts.reduce((a, b) => a + b, 0),
    split: splitOf(dataset, request),
  };
}

/** Warnings come first. */
function byLevel(notes: readonly DatasetNote[]): DatasetNote[] {
  return [
    ...notes.filter(({ level }) => level === 'warning'),
    ...notes.filter(({ level }) => level !== 'warning'),
  ];
}

function grouped(skipped: Dataset['skipped']): SkippedGroup[] {
  const groups = new Map<string, { count: number; examples: string[] }>();
  for (const { path, reason } of skipped) {
    const key = withoutNumbers(reason);
    const group = groups.get(key) ?? { count: 0, examples: [] };
    groups.set(key, group);
    group.count++;
    if (group.examples.length < MAX_EXAMPLES) group.examples.push(path);
  }
  const reasons = new Map(skipped.toReversed().map(({ reason }) => [withoutNumbers(reason), reason]));
  return [...groups]
    .map(([key, group]) => ({ reason: reasons.get(key)!, ...group }))
    .toSorted((a, b) => b.count - a.count);
}

/** Reasons that differ in sizes alone are one reason; the first one is shown. */
const withoutNumbers = (reason: string): string => reason.replace(/\d+/g, '0');

function splitOf(dataset: Dataset, request: SplitRequest): DatasetReport['split'] {
  try {
    const split = splitDataset(dataset, request);
    const [train, validation, test] = SPLIT_NAMES.map((part) => split[part].length);
    return { train: train!, validation: validation!, test: test!, own: dataset.split !== undefined };
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}
