/** A tab of the workbench. */
export type TabId = 'train' | 'map' | 'dimensions' | 'directions' | 'samples';
