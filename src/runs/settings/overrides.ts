import { OPTIMIZERS } from './presets';
import { RequestError } from '../request-error';
import { SETTINGS } from './setting-table';
import { leafValues } from './setting-values';

type Tree = { [key: string]: unknown };

/** Places in the configuration by short name. */
const ALIASES: ReadonlyMap<string, readonly string[]> = new Map(
  SETTINGS.filter(({ key, paths }) => key !== paths[0]).map(({ key, paths }) => [key, paths]),
);

function parseValue(text: string, current: unknown): unknown {
  if (Array.isArray(current)) {
    return text
      .replace(/^\[|\]$/g, '')
      .split(',')
      .map((part) => (part.trim() === '' ? NaN : Number(part)));
  }
  if (typeof current === 'number') return text.trim() === '' ? NaN : Number(text);
  if (typeof current === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

function assign(tree: Tree, path: string, text: string, key: string): void {
  const names = path.split('.');
  const last = names.pop()!;
  const parent = names.reduce<unknown>(
    (node, name) =>
      typeof node === 'object' && node !== null && Object.hasOwn(node, name)
        ? (node as Tree)[name]
        : undefined,
    tree,
  ) as Tree | null | undefined;
  if (
    typeof parent !== 'object' ||
    parent === null ||
    !Object.hasOwn(parent, last) ||
    typeof parent[last] === 'object'
  ) {
    if (!(parent && Array.isArray(parent[last]))) {
      const known = [...ALIASES.keys(), ...leafValues(tree).keys()].join(', ');
      throw new RequestError(`unknown setting '${key}'. Known settings: ${known}`);
    }
  }
  parent[last] = parseValue(text, parent[last]);
}

/**
 * Applies settings as the user typed them (`latent` -> `3`, `training.optimizer.learningRate` -> `0.01`) to a configuration
 * tree, in place. `parseRequest` validates the values later. @throws RequestError for an unknown setting or optimizer
 */
export function applyOverrides(tree: Tree, set: Readonly<Record<string, string>>): void {
  const entries = Object.entries(set).flatMap(([key, text]) =>
    (ALIASES.get(key) ?? [key]).map((path) => ({ key, path, text })),
  );
  // The optimizer comes first: it replaces all optimizer settings, which other overrides may then change.
  for (const { key, text } of entries.filter(({ path }) => path === 'training.optimizer.name')) {
    if (!Object.hasOwn(OPTIMIZERS, text)) {
      throw new RequestError(`${key}: got '${text}', expected one of ${Object.keys(OPTIMIZERS).join(', ')}`);
    }
    const training = tree['training'] as Tree;
    const current = training['optimizer'] as { name: string };
    if (current.name !== text) training['optimizer'] = { ...OPTIMIZERS[text as keyof typeof OPTIMIZERS] };
  }
  for (const { key, path, text } of entries) {
    if (path !== 'training.optimizer.name') assign(tree, path, text, key);
  }
}
