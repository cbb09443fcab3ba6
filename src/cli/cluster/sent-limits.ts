/** How much of a dataset is sent with a run. */
export const SENT_LIMITS = {
  /** Files that are sent as they are, and their bytes; Ray takes 100 MiB at once. */
  files: 100_000,
  bytes: 64 << 20,
  /** Images that are packed as rows, in bytes: Ray holds what is sent in the memory of the cluster's head. */
  rows: 1 << 30,
  /** Of these, in one package. */
  part: 48 << 20,
};
