/** What the chart's cursor is on. */
export interface Cursor {
  /** Null without a cursor. */
  readonly step: number | null;
  /** Whether the keyboard moved it: then screen readers say what is there. */
  readonly byKeyboard: boolean;
}
