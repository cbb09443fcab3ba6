import { signal } from '@preact/signals';

/** Below this width the inspector is a sheet from below and the tabs are a list, in px. */
const NARROW_PX = 700;

const query = matchMedia(`(max-width: ${NARROW_PX - 1}px)`);

/** Whether the view is narrow. */
export const isNarrow = signal(query.matches);
query.addEventListener('change', () => (isNarrow.value = query.matches));
