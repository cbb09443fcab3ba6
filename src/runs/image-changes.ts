import { RunError } from './run-error';

/** How the images of a dataset differ from those of a run, by id. */
export interface ImageChanges {
  readonly missing: readonly string[];
  /** Images with other pixels. */
  readonly changed: readonly string[];
  readonly added: readonly string[];
  /** Why a file that is there cannot be used, by id. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** Number of images of each kind that are named; the others are counted. */
const MAX_NAMED = 10;

export const isChanged = ({ missing, changed, added }: ImageChanges): boolean =>
  missing.length + changed.length + added.length > 0;

/** Describes changes like `2 of 40 images are missing (a.png, b.png), 1 was added (c.png)`. @param count images of the run */
export function describeChanges({ missing, changed, added, reasons }: ImageChanges, count: number): string {
  const parts: string[] = [];
  const say = (ids: readonly string[], one: string, several: string): void => {
    if (ids.length === 0) return;
    const of = parts.length === 0 && ids !== added ? ` of ${count} images` : '';
    const named = ids.slice(0, MAX_NAMED).map((id) => {
      const reason = reasons.get(id);
      return reason === undefined ? id : `${id}: ${reason}`;
    });
    const more = ids.length > MAX_NAMED ? `, and ${ids.length - MAX_NAMED} more` : '';
    parts.push(`${ids.length}${of} ${ids.length === 1 ? one : several} (${named.join(', ')}${more})`);
  };
  say(missing, 'is missing', 'are missing');
  say(changed, 'has changed', 'have changed');
  say(added, 'was added', 'were added');
  return parts.join(', ');
}

const CHANGED = 'The images of this run are not those that it was started on: ';
const UNREADABLE = 'The images of this run cannot be read: ';
const BRING_BACK = ' Bring them back and resume the run;';
const LOCATE = 'say where they are (vae resume RUN --data FOLDER)';
const GO_ON = 'go on without them (vae resume RUN --skip-changed)';

/** The dataset of a resumed run differs from that of its start. The message names the images and says how to go on. */
export class ImagesChangedError extends RunError {
  /** @param what from `describeChanges` */
  constructor(what: string) {
    super(`${CHANGED}${what}.${BRING_BACK} or ${LOCATE}; or ${GO_ON}.`);
  }
}

/** Nothing can be said about the images of a resumed run: their folder is away, or the run has no list of them. */
export class ImagesUnknownError extends RunError {
  /** @param reason a sentence without its full stop */
  constructor(reason: string) {
    super(`${UNREADABLE}${reason}.${BRING_BACK} or ${LOCATE}.`);
  }
}

/** A failed resume that the user can decide on. */
export interface ImageProblem {
  /** The message, without the ways to go on. */
  readonly text: string;
  /** Whether the run can go on without these images. */
  readonly canSkip: boolean;
}

/** Recognises the two errors above by their message, which is all that a log or a status says of a failure; null for others. */
export function imageProblemOf(message: string): ImageProblem | null {
  if (!message.startsWith(CHANGED) && !message.startsWith(UNREADABLE)) return null;
  const end = message.lastIndexOf(BRING_BACK);
  return { text: end < 0 ? message : message.slice(0, end), canSkip: message.startsWith(CHANGED) };
}
