/** VS Code keeps the state of a view forever. */
export const MAX_STORED_IDS = 5000;

/** Returns the ids to store with a view's state: none of a large set. */
export const storableIds = (ids: readonly string[]): readonly string[] =>
  ids.length > MAX_STORED_IDS ? [] : ids;
