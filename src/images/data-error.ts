/** The dataset or a file of it cannot be used; the message says what was got, what was expected and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** All files of a dataset together take too much: it is refused, not one file of it. */
export class DatasetBudgetError extends DataError {}

/** Whether an error is about one file or image, which can be skipped. */
export function isAboutOneFile(error: unknown): error is DataError {
  return error instanceof DataError && !(error instanceof DatasetBudgetError);
}
