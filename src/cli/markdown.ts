/** Formats a page with one table and remarks below it. */
export function markdownPage(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  remarks: readonly string[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `# ${title}`,
    '',
    line(header),
    line(header.map(() => '---:')),
    ...rows.map(line),
    '',
    ...remarks.map((remark) => `- ${remark}`),
    '',
  ].join('\n');
}

/** Formats a number, or `-` if it is missing. */
export function optional(value: number | null | undefined, format: (value: number) => string): string {
  return value == null ? '-' : format(value);
}

/** Formats with one decimal, the precision to which the paper's figures can be read. */
export function tenths(value: number): string {
  return value.toFixed(1);
}

/** Formats with one decimal and an explicit `+`. */
export function signedTenths(value: number): string {
  return (value > 0 ? '+' : '') + tenths(value);
}
