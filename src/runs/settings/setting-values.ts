import type { SettingInfo } from './setting-table';

/** Returns the leaves of a tree of settings by path; lists are leaves, and parts that are null have none. */
export function leafValues(tree: object, prefix = ''): Map<string, unknown> {
  const entries = Object.entries(tree as Readonly<Record<string, unknown>>).flatMap(
    ([key, value]): [string, unknown][] => {
      if (value === null || value === undefined) return [];
      return typeof value === 'object' && !Array.isArray(value)
        ? [...leafValues(value, `${prefix}${key}.`)]
        : [[`${prefix}${key}`, value]];
    },
  );
  return new Map(entries);
}

/** Returns a value as `--set` takes it. */
export function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

/**
 * Returns a setting's value as `--set` takes it; undefined if these settings have no such place. Of several places with different
 * values, that of each.
 * @param leaves from `leafValues`
 */
export function settingText(
  leaves: ReadonlyMap<string, unknown>,
  { paths }: SettingInfo,
): string | undefined {
  const texts = paths.filter((path) => leaves.has(path)).map((path) => textOf(leaves.get(path)));
  return texts.length === 0 ? undefined : [...new Set(texts)].join(' / ');
}
