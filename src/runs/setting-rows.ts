import { storedConfig } from './config';
import type { RunConfig } from './config';
import type { SettingRow } from '../domain/setting-row';

/** Fields that are not settings and always differ between runs. */
const NO_SETTINGS: ReadonlySet<string> = new Set(['name', 'createdAt']);

function leaves(value: unknown, name: string): [name: string, text: string][] {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isBranch) return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value)
    .filter(([key, inner]) => inner !== undefined && !NO_SETTINGS.has(name + key))
    .flatMap(([key, inner]) => leaves(inner, name === '' ? key : `${name}.${key}`));
}

/** Returns all settings of some runs, in the order of the configuration's schema. */
export function settingRows(configs: readonly RunConfig[]): SettingRow[] {
  const tables = configs.map((config) => new Map(leaves(storedConfig(config), '')));
  const names: string[] = [];
  for (const table of tables) {
    // Insert a setting that earlier runs lack after its predecessor in this run.
    let last = -1;
    for (const name of table.keys()) {
      const known = names.indexOf(name);
      if (known < 0) names.splice(++last, 0, name);
      else last = known;
    }
  }
  return names.map((name) => {
    const values = tables.map((table) => table.get(name) ?? null);
    return { name, values, differs: values.some((value) => value !== values[0]) };
  });
}
