/** A line of a dataset's report. */
export interface ReportLine {
  /** What the line is about, a word or two; empty if it continues the line before. */
  readonly title: string;
  readonly text: string;
  readonly level: 'info' | 'warning';
}
