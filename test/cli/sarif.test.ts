import { describe, expect, test } from 'vitest';
import { toSarif } from '../../src/cli/check/sarif';
import { resolve } from 'node:path';
import { RULES } from '../../src/cli/check/findings';
import type { Finding, FindingPlace, Rule } from '../../src/cli/check/findings';
import { sarifProblems } from '../support/sarif';

const finding = (place: FindingPlace): Finding => ({
  ...{ rule: 'worst-reconstructed', level: 'note', message: 'off', place, other: null },
  values: { error: 0.5 },
});
const locations = (place: FindingPlace): unknown[] => {
  const log = toSarif([finding(place)], '/work/repo', '1.2.3') as {
    runs: { results: { locations: unknown[] }[] }[];
  };
  return log.runs[0]!.results[0]!.locations;
};

describe.skipIf(process.platform === 'win32')('places in SARIF', () => {
  test.each([
    ['/work/repo/a/b%#.png', { uri: 'a/b%25%23.png', uriBaseId: 'SRCROOT' }],
    ['/work/repo/..a.png', { uri: '..a.png', uriBaseId: 'SRCROOT' }],
    ['/work/other/a b.png', { uri: 'file:///work/other/a%20b.png' }],
    ['/work/other/[1]|^.png', { uri: 'file:///work/other/%5B1%5D%7C%5E.png' }],
    ['/work/repo/\ud800.png', { uri: '%EF%BF%BD.png', uriBaseId: 'SRCROOT' }],
  ])('%s', (file, artifactLocation) => {
    expect(locations({ id: 'x', file })).toEqual([
      {
        physicalLocation: { artifactLocation },
        logicalLocations: [{ fullyQualifiedName: 'x', kind: 'resource' }],
      },
    ]);
  });

  test('an image without a file has a name alone', () => {
    expect(locations({ id: 'digits#1', file: null })).toEqual([
      { logicalLocations: [{ fullyQualifiedName: 'digits#1', kind: 'resource' }] },
    ]);
  });
});

test('a log without findings is a log of a successful run', () => {
  expect(toSarif([], '/work', '1')).toMatchObject({
    version: '2.1.0',
    runs: [{ results: [], invocations: [{ executionSuccessful: true }] }],
  });
});

describe('a log is one of SARIF 2.1.0', () => {
  const NAMES = [
    'a.png',
    'ä b#%?.png',
    'a:b.png',
    'Copy [1](2).png',
    '{0} {x}.png',
    '|^`"<>\\[].png',
    '..a/~b.png',
  ];
  const root = resolve('/work/[repo] {1}');
  const found = (name: string, i: number): Finding[] => {
    const file = resolve(i % 2 === 0 ? root : '/elsewhere [x]', name);
    return (Object.keys(RULES) as Rule[]).map((rule): Finding => ({
      ...{ rule, level: RULES[rule].level, message: `the same image as ${name}` },
      place: { id: name, file },
      other: rule === 'duplicate' ? { id: 'digits#1', file: i === 0 ? null : file } : null,
      values: rule === 'duplicate' ? {} : { error: 0.5 },
    }));
  };

  test.each(['/', '/work', root])('with findings on files of any name, below %s or not', (folder) => {
    const log = JSON.parse(
      JSON.stringify(toSarif(NAMES.flatMap(found), resolve(folder), '1.2.3')),
    ) as unknown;
    expect(sarifProblems(log)).toEqual([]);
    expect(sarifProblems(toSarif([], resolve(folder), '1.2.3'))).toEqual([]);
  });

  test('braces and what looks like a link in the name of a file are text', () => {
    const log = JSON.stringify(toSarif(found('{0}[1](2).png', 0), root, '1'));
    expect(log).toContain(String.raw`The same image as {{0}}[1\\](2).png.`);
  });

  const changed = (change: (result: Record<string, unknown>) => object): string[] => {
    const log = toSarif(found('a.png', 0), root, '1') as { runs: { results: Record<string, unknown>[] }[] };
    const [run] = log.runs;
    return sarifProblems({
      ...log,
      runs: [{ ...run, results: run!.results.map((one) => ({ ...one, ...change(one) })) }],
    });
  };
  const at = (artifactLocation: object, more: object = {}) => ({
    locations: [{ physicalLocation: { artifactLocation, ...more } }],
  });

  test.each([
    ['another level', { level: 'info' }, 'got info'],
    ['a property of no object', { rules: 1 }, 'no property of SARIF'],
    ['the number of another rule', { ruleIndex: 7 }, 'ruleIndex'],
    ['a message without a text', { message: {} }, 'has no text'],
    ['an argument that is not there', { message: { text: 'a {x}' } }, 'single braces'],
    ['a link to no location', { message: { text: '[a](9)' } }, 'leads nowhere'],
    ['a space in a URI', at({ uri: 'a b.png', uriBaseId: 'SRCROOT' }), 'expected a URI reference'],
    ['a relative URI to nothing', at({ uri: 'a.png' }), 'has no base'],
    ['a base that the run does not name', at({ uri: 'a.png', uriBaseId: 'X' }), 'expected SRCROOT'],
    ['line 0', at({ uri: 'file:///a' }, { region: { startLine: 0 } }), 'whole number from 1'],
  ])('which the check itself tells from one with %s', (_, change, problem) => {
    expect(changed(() => change).join('\n')).toContain(problem);
  });
});
