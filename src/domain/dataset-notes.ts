/** The subject of a note. */
type NoteSubject =
  | 'choice'
  | 'content'
  | 'left out'
  | 'sizes'
  | 'channels'
  | 'values'
  | 'background'
  | 'pages'
  | 'labels'
  | 'split';

/**
 * Something about a dataset, and how it was read, that its owner might be surprised to learn. Notes are part of the
 * dataset's report, which is shown before training.
 */
export interface DatasetNote {
  readonly subject: NoteSubject;
  /** Warnings are probable mistakes; the rest is for information. */
  readonly level: 'info' | 'warning';
  /** A sentence without a full stop: what was found, what was done with it, and which setting changes that. */
  readonly text: string;
}
