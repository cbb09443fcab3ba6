import { computed, signal } from '@preact/signals';
import { DEFAULT_CHOICES, SCOPES } from './choices';
import type { Choices, Scope } from './choices';
import { accepted } from './view-state';
import type { StateStore, ViewState } from './view-state';

/** VS Code keeps the state of a view for ever: of more runs and datasets than these the oldest are forgotten. */
const MAX_KEPT = 20;

type Part = Partial<Choices>;
interface Kept {
  readonly window: Part;
  readonly runs: readonly (readonly [key: string, Part])[];
  readonly datasets: readonly (readonly [key: string, Part])[];
}

/** The choices of this view: those of the window, of each run and of each dataset. They survive hiding and reloading. */
export class KeptChoices {
  private readonly kept;

  constructor(private readonly store: StateStore) {
    this.kept = signal(read(store.read()));
  }

  /** Returns the choices that apply to a run. @param dataset key of the dataset that the run was trained on */
  of(run: string, dataset: string): ViewState<Choices> {
    const value = computed((): Choices => ({
      ...DEFAULT_CHOICES,
      ...this.kept.value.window,
      ...partOf(this.kept.value.runs, run),
      ...partOf(this.kept.value.datasets, dataset),
    }));
    return {
      get value() {
        return value.value;
      },
      update: (patch) => {
        const { window, runs, datasets } = this.kept.peek();
        const of = (scope: Scope): Part =>
          Object.fromEntries(
            Object.entries(patch).filter(([name]) => SCOPES[name as keyof Choices] === scope),
          );
        const changed = {
          window: { ...window, ...of('window') },
          runs: withPart(runs, run, of('run')),
          datasets: withPart(datasets, dataset, of('dataset')),
        };
        this.kept.value = changed;
        this.store.write(changed);
      },
    };
  }
}

const partOf = (parts: Kept['runs'], key: string): Part => parts.find(([name]) => name === key)?.[1] ?? {};

/** The one that was changed last comes first. */
function withPart(parts: Kept['runs'], key: string, patch: Part): Kept['runs'] {
  if (Object.keys(patch).length === 0) return parts;
  const others = parts.filter(([name]) => name !== key);
  return [[key, { ...partOf(parts, key), ...patch }] as const, ...others].slice(0, MAX_KEPT);
}

/** Whatever is stored: another version of the panel may have written it. */
function read(stored: unknown): Kept {
  const { window, runs, datasets } = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<
    Record<keyof Kept, unknown>
  >;
  const list = (parts: unknown): Kept['runs'] =>
    (Array.isArray(parts) ? (parts as unknown[]) : [])
      .filter((part): part is [string, unknown] => Array.isArray(part) && typeof part[0] === 'string')
      .map(([key, part]) => [key, accepted(DEFAULT_CHOICES, part)] as const)
      .slice(0, MAX_KEPT);
  return { window: accepted(DEFAULT_CHOICES, window), runs: list(runs), datasets: list(datasets) };
}
