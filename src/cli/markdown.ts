/** A page with one table and remarks below it. */
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

/** A number that may be missing. */
export function optional(value: number | null | undefined, format: (value: number) => string): string {
  return value == null ? '-' : format(value);
}

/** As near as a figure of the paper can be read. */
export function tenths(value: number): string {
  return value.toFixed(1);
}

/** With its sign. */
export function signedTenths(value: number): string {
  return (value > 0 ? '+' : '') + tenths(value);
}
