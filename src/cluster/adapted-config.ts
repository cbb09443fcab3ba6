import type { ReadingChoice } from '../domain/reading';
import type { RemoteJob } from '../runs/remote-run';

/**
 * Returns the bytes of a config.json with another name of the run and another place of its images, and all else as it is: the same run has
 * others on the cluster than here. How its images are read was decided when they were first read.
 * @param to null for a place that stays as it is
 * @throws SyntaxError if the bytes are not JSON
 */
export function adaptedConfig(
  config: Buffer,
  to: { readonly name?: string; readonly source: RemoteJob['source'] },
): Buffer {
  const value = JSON.parse(config.toString('utf8')) as {
    readonly name: string;
    readonly data: { readonly source: { readonly kind: string } & ReadingChoice };
  };
  const { name = value.name, source } = to;
  if (source === null || source.kind === 'digits') return bytesOf({ ...value, name });
  const before = value.data.source;
  if (before.kind !== source.kind && [before.kind, source.kind].includes('packed')) {
    // Packed images, and what they were packed from.
    const { rules, fit, background, pages, range } = before;
    const reading = Object.entries({ rules, fit, background, pages, range });
    const found = Object.fromEntries(reading.filter(([, each]) => each !== undefined));
    return bytesOf({ ...value, name, data: { ...value.data, source: { ...source, ...found } } });
  }
  const labels = 'labels' in source ? source.labels : undefined;
  const data = { ...value.data, source: { ...before, uri: source.uri, labels } };
  return bytesOf({ ...value, name, data });
}

const bytesOf = (value: object): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
