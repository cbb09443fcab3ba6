import { DataError } from '../../images/data-error';

/** Limits of the patterns that the braces of one pattern stand for, and of their characters: each path is compared with all. */
const MAX_ALTERNATIVES = 256;
const MAX_CHARACTERS = 20_000;

/**
 * Replaces the braces of a pattern: `{a,b}.png` is `a.png` and `b.png`. Braces may be nested, and alternatives empty. Braces
 * without a comma, or that are never closed, are characters.
 * @throws DataError if the pattern stands for more than 256, or too long ones
 */
export function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0) {
    const next = open.pop()!;
    const group = firstGroup(next);
    if (!group) done.push(next);
    else for (const part of group.parts.reverse()) open.push(group.before + part + group.after);
    const all = [...done, ...open];
    const characters = all.reduce((sum, { length }) => sum + length, 0);
    if (all.length > MAX_ALTERNATIVES || characters > MAX_CHARACTERS) {
      const expected = `expected ${MAX_ALTERNATIVES} of ${MAX_CHARACTERS} characters in total at most; give several patterns`;
      throw new DataError(
        `include and exclude: got braces for too many patterns in '${pattern}', ${expected}`,
      );
    }
  }
  return done;
}

interface Group {
  readonly before: string;
  readonly parts: string[];
  readonly after: string;
}

/** Finds the first braces with a comma, in one pass. */
function firstGroup(text: string): Group | undefined {
  /** Positions of the braces that are open, and of the commas in each. */
  const open: { readonly start: number; readonly commas: number[] }[] = [];
  let first: { readonly start: number; readonly commas: readonly number[]; readonly end: number } | undefined;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') open.push({ start: i, commas: [] });
    else if (text[i] === ',') open.at(-1)?.commas.push(i);
    else if (text[i] === '}') {
      const group = open.pop();
      if (group && group.commas.length > 0 && !(first && first.start < group.start))
        first = { ...group, end: i };
    }
  }
  if (!first) return undefined;
  const cuts = [first.start, ...first.commas, first.end];
  const parts = cuts.slice(1).map((cut, i) => text.slice(cuts[i]! + 1, cut));
  return { before: text.slice(0, first.start), parts, after: text.slice(first.end + 1) };
}
