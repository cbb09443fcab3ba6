/** What a file leaves open, by the option that answers it. */
export type AnswerKey =
  | 'size'
  | 'layout'
  | 'mean'
  | 'log-variance'
  | 'standard-deviation'
  | 'packed'
  | 'image'
  | 'input-scale'
  | 'output-scale'
  | 'output'
  | 'values';

/** Answers of the user, as typed; the empty text for `log-variance` says that there is no spread. */
export type Answers = Readonly<Partial<Record<AnswerKey, string>>>;

/** Thrown for what the files do not say, and the user must. */
export class OpenQuestion extends Error {
  override readonly name = 'OpenQuestion';
  constructor(
    readonly key: AnswerKey,
    /** What is not known, and why. */
    message: string,
    /** What can be answered; null for any text of the form that the message says. */
    readonly choices: readonly string[] | null,
  ) {
    super(message);
  }
}
