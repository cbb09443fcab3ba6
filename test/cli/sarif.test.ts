import { describe, expect, test } from 'vitest';
import { toSarif } from '../../src/cli/check/sarif';
import type { Finding, Place } from '../../src/cli/check/findings';

const finding = (place: Place): Finding => ({
  ...{ rule: 'worst-reconstructed', level: 'note', message: 'off', place, other: null },
  values: { error: 0.5 },
});
const locations = (place: Place): unknown[] => {
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
