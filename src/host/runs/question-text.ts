import { asSentence } from '../../text/as-sentence';

interface FileQuestion {
  readonly key: string;
  readonly message: string;
  /** Null for a free text. */
  readonly choices: readonly string[] | null;
}

/** What a program is told of a question that the file of a model leaves open. */
export function questionText({ key, message, choices }: FileQuestion): string {
  const which = choices === null ? '' : ` with one of ${choices.map((choice) => `'${choice}'`).join(', ')}`;
  return `${asSentence(message)} Answer '${key}'${which}.`;
}
