import type { ReportLine } from '../domain/report-line';

/** Width of the titles in characters. */
const TITLE_WIDTH = 12;

/** A line of a report: what it is about, and what there is to say. */
export function titled(title: string, text: string): string {
  return `${title.padEnd(TITLE_WIDTH)} ${text}`;
}

/** Formats the lines of a report; warnings are marked. */
export function formatReport(lines: readonly ReportLine[]): string[] {
  return lines.map(({ title, text, level }) => {
    const marked = level === 'warning' && title !== 'skipped' ? `warning: ${text}` : text;
    return titled(title, marked);
  });
}
