/** What a person has written about a run. */
export interface RunAbout {
  /** Name that is shown, in one line; empty for the name of the run's folder. */
  readonly name: string;
  /** Text of any number of lines. */
  readonly notes: string;
  /** Each in one line, without commas. */
  readonly tags: readonly string[];
}

export const NO_ABOUT: RunAbout = { name: '', notes: '', tags: [] };

/** Limits, in UTF-16 code units and in tags. */
export const MAX_RUN_NAME = 200;
export const MAX_NOTES = 20_000;
export const MAX_RUN_TAG = 60;
export const MAX_RUN_TAGS = 50;

/** Returns a text that was typed as a name: in one line, without space around it. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Returns the tags in texts that were typed, separated by commas: each once, in their order. */
export function tagsIn(...texts: readonly string[]): string[] {
  const tags = texts.flatMap((text) => text.split(',')).map(oneLine);
  return [...new Set(tags.filter((tag) => tag !== ''))];
}
