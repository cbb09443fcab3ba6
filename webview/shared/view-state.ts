/** Where VS Code keeps the state of this view. */
export interface StateStore {
  read(): unknown;
  write(state: unknown): void;
}

export interface ViewState<S> {
  readonly value: Readonly<S>;
  update(patch: Partial<S>): void;
}

/** Returns what can be used of a stored state: values of the defaults' types, so that state of an older version is harmless. */
export function accepted<S extends object>(defaults: S, stored: unknown): Partial<S> {
  const found: Partial<S> = {};
  for (const key of Object.keys(defaults) as (keyof S)[]) {
    const old = (stored as Partial<S> | null | undefined)?.[key];
    if (old !== undefined && kindOf(old) === kindOf(defaults[key])) found[key] = old;
  }
  return found;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? 'strings' : 'list';
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : 'not finite';
  return typeof value;
}
