import type { DatasetNote } from '../../domain/dataset-notes';
import { DataError } from '../../images/data-error';
import { listExamples } from '../list-examples';
import { checkedPath, PathPattern } from './path-patterns';
import type { PatternForms } from './path-patterns';

/** Above this share of patterns that match nothing, they are probably meant for another folder. */
const MAX_UNMATCHED_SHARE = 0.5;

/** The end of the id of a page. */
const PAGE = /#\d+$/;

/** Selection of files in a folder or archive, by relative path. */
export interface PathPatterns {
  /** Patterns of files to use; all files if empty. */
  readonly include?: readonly string[];
  /** Patterns of files not to use. */
  readonly exclude?: readonly string[];
  /** Literal paths of files not to use. */
  readonly leftOut?: readonly string[];
}

/** A pattern, and whether it has matched a path. */
interface UsedPattern {
  readonly pattern: PathPattern;
  isMatched: boolean;
}

/** Selects paths by patterns and a list, and remembers which of these have matched nothing. */
export class PathSelection {
  private readonly include: readonly UsedPattern[];
  private readonly exclude: readonly UsedPattern[];
  private readonly leftOut: ReadonlySet<string>;
  private readonly leftOutFound = new Set<string>();
  private readonly others: string[] = [];

  /** @throws DataError as `PathPattern` */
  constructor(
    { include = [], exclude = [], leftOut = [] }: PathPatterns,
    private readonly forms: PatternForms = {},
  ) {
    const used = (text: string): UsedPattern => ({ pattern: new PathPattern(text, forms), isMatched: false });
    this.include = include.map(used);
    this.exclude = exclude.map(used);
    this.leftOut = new Set(leftOut);
  }

  /** Whether a path is selected. */
  has(path: string): boolean {
    const isLeftOut = this.leftOut.has(path);
    if (isLeftOut) this.leftOutFound.add(path);
    if (this.include.length + this.exclude.length === 0) return !isLeftOut;
    const checked = checkedPath(path, this.forms);
    // Each pattern is tried until it has matched, for the notes; later the first that fits decides.
    const fitsAny = (patterns: readonly UsedPattern[]): boolean => {
      let isAny = false;
      for (const each of patterns) {
        if ((isAny && each.isMatched) || !each.pattern.fits(checked)) continue;
        isAny = each.isMatched = true;
      }
      return isAny;
    };
    const isIncluded = fitsAny(this.include) || this.include.length === 0;
    const isExcluded = fitsAny(this.exclude);
    return !isLeftOut && isIncluded && !isExcluded;
  }

  /** Filters the paths of all images of a dataset. @param place for the error @throws DataError if none is selected */
  filter(place: string, paths: readonly string[]): string[] {
    const selected = paths.filter((path) => {
      const isSelected = this.has(path);
      if (!isSelected && this.others.length < 3) this.others.push(path);
      return isSelected;
    });
    if (selected.length > 0 || paths.length === 0) return selected;
    const got = `what is included, excluded and left out leaves none of ${paths.length} images`;
    throw new DataError(`${place}: ${got}, expected patterns of paths such as '${paths[0]!}'`);
  }

  /** Returns what is to be left out of the pages of files, `file#page`. @param paths of all files */
  pagesLeftOut(paths: readonly string[]): string[] {
    const pages = [...this.leftOut].filter((path) => PAGE.test(path));
    if (pages.length === 0) return pages;
    const files = new Set(paths);
    return pages.filter((path) => !files.has(path) && files.has(path.replace(PAGE, '')));
  }

  /**
   * Describes what was left out, and what matched nothing.
   * @param place for the error @param paths of all images @param selected how many of them are selected
   * @param isNew whether the choice was just made; a run is read by its choice even when its images are gone
   * @throws DataError if over half of the patterns of a new choice match nothing
   */
  notes(place: string, paths: readonly string[], selected: number, isNew: boolean): DatasetNote[] {
    const notes: DatasetNote[] = [];
    const out = paths.length - selected;
    if (out > 0) {
      const text = `${out} of ${paths.length} images left out by what is included, excluded and left out: ${listExamples(this.others, out)}`;
      notes.push({ subject: 'left out', level: 'info', text });
    }
    const patterns = [...this.include, ...this.exclude];
    const unmatched = patterns
      .filter(({ isMatched }) => !isMatched)
      .map(({ pattern }) => `'${pattern.text}'`);
    if (unmatched.length > 0) {
      const got = `${unmatched.length} of ${patterns.length} patterns to include and exclude match no image: ${listExamples(unmatched)}`;
      const text = `${got}; paths of images are such as '${paths[0] ?? ''}'`;
      if (isNew && unmatched.length > MAX_UNMATCHED_SHARE * patterns.length)
        throw new DataError(`${place}: ${text}; correct them or do without`);
      notes.push({ subject: 'choice', level: 'warning', text });
    }
    const pages = new Set(this.pagesLeftOut(paths));
    const gone = [...this.leftOut].filter((path) => !this.leftOutFound.has(path) && !pages.has(path));
    if (gone.length > 0) notes.push(unknownLeftOut(gone, this.leftOut.size));
    return notes;
  }
}

/** A note on images to leave out that the dataset does not have. They may have been removed since they were listed. */
export function unknownLeftOut(gone: readonly string[], count: number): DatasetNote {
  const text = `${gone.length} of ${count} images to leave out are not in the dataset: ${listExamples(gone)}`;
  return { subject: 'choice', level: 'warning', text };
}
