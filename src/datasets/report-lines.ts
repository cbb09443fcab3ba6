import { listExamples } from './list-examples';
import type { ReportLine } from '../domain/report-line';
import { formatCount } from '../text/format-count';
import { MAX_NAME_LENGTH, visibleText } from '../text/visible-text';
import type { DatasetReport } from './report';
import type { SourceStatistics } from './source-statistics';

/** Limits of lines per list; with the other lines a report has fewer than 30. */
const MAX_CLASSES = 10;
const MAX_REASONS = 4;
const MAX_NOTES = 10;

const KINDS: Readonly<Record<DatasetReport['source']['kind'], string>> = {
  digits: 'built-in digits',
  folder: 'a folder of images',
  idx: 'IDX',
  npy: 'a NumPy array',
  zip: 'a ZIP or NumPy archive',
  tar: 'tape archives of images',
  parquet: 'Parquet',
  packed: 'packed images',
};

/** Formats a report as lines for people. Names of files have no control characters in them. */
export function reportLines(report: DatasetReport, originals?: SourceStatistics): ReportLine[] {
  const { name, source, shape, count, skipped, skippedGroups, notes } = report;
  const info = (title: string, text: string): ReportLine => ({ title, text, level: 'info' });
  const colours = shape.channels === 3 ? 'colour' : 'grey';
  return [
    info('dataset', `${visibleText(name, MAX_NAME_LENGTH)}, ${KINDS[source.kind]}`),
    info('images', `${formatCount(count)} used, ${formatCount(skipped.length)} skipped`),
    ...limited(skippedGroups, MAX_REASONS, ({ reason, count: files, examples }) => {
      const paths = listExamples(
        examples.map((path) => visibleText(path)),
        files,
      );
      return {
        title: 'skipped',
        text: `${formatCount(files)}: ${visibleText(reason)} (${paths})`,
        level: 'warning',
      };
    }),
    ...(originals ? [info('originals', originalsText(originals))] : []),
    info('in a run', `${shape.width} × ${shape.height}, ${colours}`),
    info('split', splitText(report.split)),
    info('labels', labelsText(report)),
    ...limited(notes, MAX_NOTES, ({ subject, text, level }) => ({
      title: subject,
      text: visibleText(text, MAX_NOTE_LENGTH),
      level,
    })),
  ];
}

const MAX_NOTE_LENGTH = 1000;

function originalsText({ sizes, looked, coloured }: SourceStatistics): string {
  const common = sizes[0];
  if (!common) return 'none readable';
  const range = (side: 'width' | 'height'): string => {
    const all = sizes.map((size) => size[side]);
    return `${all.reduce((a, b) => Math.min(a, b))} to ${all.reduce((a, b) => Math.max(a, b))}`;
  };
  const size = `${common.width} × ${common.height}`;
  const sizeText =
    sizes.length === 1
      ? `all ${size}`
      : `widths ${range('width')}, heights ${range('height')}, most often ${size} (${formatCount(common.count)})`;
  return `${sizeText}; ${formatCount(coloured)} of ${formatCount(looked)} inspected have colour`;
}

function splitText(split: DatasetReport['split']): string {
  if (typeof split === 'string') return `none: ${split}`;
  const { train, validation, test, own } = split;
  const parts = `${formatCount(train)} training, ${formatCount(validation)} validation, ${formatCount(test)} test`;
  return `${parts} (${own ? 'its own' : 'drawn at random'})`;
}

function labelsText({ labels, unlabelled }: DatasetReport): string {
  if (!labels) return 'none';
  const largest = labels.toSorted((a, b) => b.count - a.count).slice(0, MAX_CLASSES);
  const named = largest.map(
    ({ name, count }) => `${visibleText(name, MAX_NAME_LENGTH)} ${formatCount(count)}`,
  );
  const without =
    unlabelled > 0
      ? `; ${unlabelled === 1 ? '1 image' : `${formatCount(unlabelled)} images`} without one`
      : '';
  const classes = labels.length === 1 ? '1 class' : `${formatCount(labels.length)} classes`;
  return `${classes} (${listExamples(named, labels.length, MAX_CLASSES)})${without}`;
}

function limited<T>(items: readonly T[], limit: number, line: (item: T) => ReportLine): ReportLine[] {
  const rest = items.length - limit;
  const lines = items.slice(0, limit).map(line);
  if (rest <= 0) return lines;
  return [...lines, { title: '', text: `and ${formatCount(rest)} more`, level: 'info' }];
}
