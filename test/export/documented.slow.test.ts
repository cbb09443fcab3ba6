/** The code in docs/exports.md is run on the files of a real run. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXPORT_CHOICES, exportedNames } from '../../src/domain/export-formats';
import { objects } from '../cli/support';
import type { Cli } from '../cli/support';
import { hasPackages, runPython } from '../support/python';
import { cliWithSmallRun } from './small-run';

const page = await readFile(join(__dirname, '..', '..', 'docs', 'exports.md'), 'utf8');
const section = /^## Your run in other tools\n(.*?)^## /ms.exec(page)![1]!;
/** Rows of the table, below its head: tool, format, lines of Python. */
const ROWS = [...section.matchAll(/^\| (\w[^|]*?) *\| (`[^|]*?) *\| (.*?) *\|$/gm)]
  .slice(1)
  .map(
    ([, tool, format, code]) =>
      [tool!, format!, [...code!.matchAll(/`([^`]+)`/g)].map(([, line]) => line!)] as const,
  );

let cli: Cli;
beforeAll(async () => {
  cli = await cliWithSmallRun();
  await mkdir(cli.path('out'));
  for (const choice of EXPORT_CHOICES) {
    const table = choice.format === 'latents' ? ['--table', choice.table] : [];
    const args = ['export', 'run', '--format', choice.format, ...table, '--out', 'out', '--engine', 'onnx'];
    const { code, stdout } = await cli.run(args);
    expect(code).toBe(0);
    for (const name of exportedNames(choice)) expect(stdout).toContain(join('out', ...name.split('/')));
  }
});
afterAll(() => cli.dispose());

test('what is chosen for a page is refused for other files, and the page says what it holds', async () => {
  for (const option of [['--images', 'all'], ['--file-names']]) {
    const { code, stderr } = await cli.run(['export', 'run', '--format', 'onnx', ...option]);
    expect(`${code} ${stderr}`).toMatch(/^2 .*only --format html .*got --format onnx/s);
  }
  const args = ['export', 'run', '--format', 'html', '--images', 'none', '--out', 'page', '--engine', 'onnx'];
  const { code, stdout, stderr } = await cli.run([...args, '--json']);
  expect(`${code} ${stderr}`).toBe('0 ');
  const { notes, files } = objects(stdout).at(-1) as { notes: string[]; files: string[] };
  expect(notes).toEqual([
    expect.stringMatching(/^The page holds .* no pictures of images, no names of files\.$/),
  ]);
  expect(files).toEqual([cli.path('page', 'explorer.html')]);
});

test('the table has each format that programs read', () => {
  const formats = ROWS.flatMap(([, format]) => /^`([\w-]+)`/.exec(format)![1]!);
  const read = EXPORT_CHOICES.map(({ format }) => format).filter(
    (format) => !['model-card', 'html', 'run'].includes(format),
  );
  expect(new Set(formats)).toEqual(new Set(read));
});

// What TensorFlow.js opens is tested beside its export.
for (const [tool, format, lines] of ROWS.filter(([name]) => name !== 'TensorFlow.js')) {
  const imported = lines.flatMap((line) => /^(?:import|from) (\w+)/.exec(line)?.[1] ?? []);
  const needed = imported.flatMap((name) => (name === 'model' ? ['torch', 'safetensors'] : name));
  test.skipIf(!hasPackages(...needed))(`${tool} opens files of ${format}`, () => {
    expect(lines).toHaveLength(2);
    const variable = /^(\w+) = /.exec(lines[1]!)![1]!;
    const script = [...lines, `assert ${variable} is not None`, 'print("opened")'].join('\n');
    expect(runPython(cli.path('out'), script)).toBe('opened\n');
  });
}
