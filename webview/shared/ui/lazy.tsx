import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { t } from '../l10n';
import { Later } from './later';
import { ErrorText } from './notice';
import { Busy } from './widgets';

/** A component whose script is loaded when it is first shown, or before that, by `prepare`. */
interface LazyComponent<P extends object> {
  (props: P): ReturnType<typeof ErrorText>;
  /** Loads the script. Never rejects: a failure is shown in the component's place. */
  prepare(): Promise<void>;
}

/** Returns a component that `load` brings: the page can be used before all its scripts are there. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): LazyComponent<P> {
  const part = signal<ComponentType<P> | null>(null);
  const trouble = signal('');
  let loading: Promise<void> | null = null;

  async function begin(): Promise<void> {
    try {
      part.value = await load();
    } catch (error) {
      trouble.value = error instanceof Error ? error.message : String(error);
      loading = null;
    }
  }
  const prepare = (): Promise<void> => (loading ??= begin());

  function Lazy(props: P) {
    useLayoutEffect(() => void prepare(), []);
    const Part = part.value;
    if (Part !== null) return <Part {...props} />;
    if (trouble.value !== '')
      return (
        <ErrorText
          text={t(
            'This part of the page could not be loaded: {0}. Close the explorer and open it again.',
            trouble.value,
          )}
        />
      );
    return (
      <Later>
        <Busy>{t('Loading…')}</Busy>
      </Later>
    );
  }
  return Object.assign(Lazy, { prepare });
}
