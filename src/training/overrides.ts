import { OPTIMIZERS } from './presets';
import { RequestError } from '../runs/request-error';

type Tree = { [key: string]: unknown };

/** Short names of common settings. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  latent: ['model.latent'],
  hidden: ['model.encoderHidden', 'model.decoderHidden'],
  activation: ['model.activation'],
  likelihood: ['model.likelihood'],
  algorithm: ['training.algorithm'],
  estimator: ['training.objective.estimator'],
  beta: ['training.objective.beta'],
  freeBits: ['training.objective.freeBits'],
  schedule: ['training.schedule'],
  clipNorm: ['training.clipNorm'],
  minibatch: ['training.minibatch'],
  draws: ['training.draws'],
  samples: ['training.samples'],
  patience: ['training.patience'],
  optimizer: ['training.optimizer.name'],
  learningRate: ['training.optimizer.learningRate'],
  width: ['data.width'],
  height: ['data.height'],
  channels: ['data.channels'],
  fit: ['data.fit'],
  background: ['data.background'],
  pages: ['data.pages'],
  range: ['data.range'],
  binarisation: ['data.binarisation'],
  shift: ['data.augmentation.shift'],
  flip: ['data.augmentation.flip'],
  trainLimit: ['data.split.trainLimit'],
};

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

function leaves(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    // For example `model.convolution` of a preset without convolutions.
    if (value === null) return [];
    return typeof value === 'object' && !Array.isArray(value)
      ? leaves(value as Tree, `${prefix}${key}.`)
      : [`${prefix}${key}`];
  });
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
      const known = [...Object.keys(ALIASES), ...leaves(tree)].join(', ');
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
    (Object.hasOwn(ALIASES, key) ? ALIASES[key]! : [key]).map((path) => ({ key, path, text })),
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
