import { listExamples } from '../list-examples';
import type { DatasetNote } from '../../domain/dataset-notes';
import type { PageChoice } from '../../domain/reading';
import type { FilePages } from './pages';

const MAX_EXAMPLES = 3;

/** Files that are read alike, and how many pictures they have. */
class Files {
  private count = 0;
  private pictures = 0;
  private readonly examples: string[] = [];

  add(path: string, pictures: number, unit: string): void {
    this.count++;
    this.pictures += pictures;
    if (this.examples.length < MAX_EXAMPLES) this.examples.push(`${path} (${pictures} ${unit})`);
  }

  /** @param say from the number of files, like `3 TIFFs`, of pictures, and examples */
  notes(
    subject: string,
    say: (files: string, pictures: number, examples: string) => string,
  ): { readonly text: string }[] {
    if (this.count === 0) return [];
    const files = this.count === 1 ? `1 ${subject}` : `${this.count} ${subject}s`;
    return [{ text: say(files, this.pictures, listExamples(this.examples, this.count)) }];
  }
}

/** Says how files of several pictures are read. */
export class PageNotes {
  private readonly stacks = new Files();
  private readonly firstPages = new Files();
  private readonly animations = new Files();
  private readonly firstFrames = new Files();
  private readonly cut = new Files();

  /** @param choice of the user; undefined if it is open */
  constructor(private readonly choice: PageChoice | undefined) {}

  /** @param isSplit whether all pictures of the file are read */
  add(path: string, { kind, pages, isCut }: FilePages, isSplit: boolean): void {
    const unit = kind === 'TIFF' ? 'pages' : 'frames';
    if (isCut) this.cut.add(path, pages.length, unit);
    if (pages.length < 2) return;
    if (kind === 'TIFF') (isSplit ? this.stacks : this.firstPages).add(path, pages.length, unit);
    else (isSplit ? this.animations : this.firstFrames).add(path, pages.length, unit);
  }

  list(): DatasetNote[] {
    const advice = (text: string): string => (this.choice === undefined ? `; ${text}` : '');
    const all = advice('data.pages=all reads all of them');
    const texts = [
      ...this.stacks.notes(
        'TIFF',
        (files, pictures, examples) =>
          `${files} with several pages: all ${pictures} pages are images: ${examples}` +
          advice('data.pages=first reads only the first of each file'),
      ),
      ...this.firstPages.notes(
        'TIFF',
        (files, _, examples) =>
          `${files} with several pages, of which only the first is an image` +
          `${this.choice === undefined ? ' because they differ in size' : ''}: ${examples}${all}`,
      ),
      ...this.animations.notes(
        'animation',
        (files, pictures, examples) => `${files}: all ${pictures} frames are images: ${examples}`,
      ),
      ...this.firstFrames.notes(
        'animation',
        (files, _, examples) => `${files}, of which only the first frame is an image: ${examples}${all}`,
      ),
    ];
    const cut = this.cut.notes(
      'file',
      (files, _, examples) =>
        `${files} with several pictures ending before the last one, of which the complete ones can be read: ${examples}`,
    );
    return [
      ...texts.map(({ text }): DatasetNote => ({ subject: 'pages', level: 'info', text })),
      ...cut.map(({ text }): DatasetNote => ({ subject: 'pages', level: 'warning', text })),
    ];
  }
}
