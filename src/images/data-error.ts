/** A dataset or one of its files cannot be used; the message says what was found, what was expected and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** The files of a dataset together exceed a limit: the whole dataset is rejected, not a single file. */
export class DatasetBudgetError extends DataError {}

/** Whether an error concerns a single file or image, which can be skipped. */
export function isAboutOneFile(error: unknown): error is DataError {
  return error instanceof DataError && !(error instanceof DatasetBudgetError);
}
