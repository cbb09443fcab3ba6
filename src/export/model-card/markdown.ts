import { visibleText } from '../../text/visible-text';

/**
 * Returns a text from others as one line of Markdown that shows it as it is: it can be no markup, link, image or cell of its own.
 */
export function plainMarkdown(text: string): string {
  return visibleText(text).replace(/[\\`*_{}[\]()<>#+\-.!|&~:@$]/g, '\\$&');
}

/** A table, each cell Markdown without line breaks. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
