/**
 * How often a run on a cluster is looked at. A curve that is a thousand pixels wide grows by one in a thousandth of the run's age: who looks at
 * it sees nothing sooner, and a run of a day costs less than 20 MB to follow (a test counts the bytes).
 */
const PIXELS = 1000;
/** Longest times between two looks at its curve, and at the list of its weights, in ms. */
const MAX_LOOK_MS = 30_000;
const MAX_FILES_MS = 120_000;
/** Part of a run's age after which weights are looked for again. */
const FILES_PART = 100;
/** Part of the time that a job has waited after which it is asked for again. */
const WAITING_PART = 100;

/** Milliseconds until the curve of a run is looked at again. @param pace what whoever looks wants @param seconds that it has trained */
export const curvePause = (pace: number, seconds: number): number =>
  Math.max(pace, Math.min(MAX_LOOK_MS, (seconds * 1000) / PIXELS));

/** Milliseconds until a job that waits for a place is asked for again. @param waited in ms */
export const waitingPause = (pace: number, waited: number): number =>
  Math.max(pace, Math.min(MAX_LOOK_MS, waited / WAITING_PART));

/** Milliseconds until weights are looked for again while rows come. @param least at the beginning */
export const filesPause = (least: number, seconds: number): number =>
  Math.max(least, Math.min(MAX_FILES_MS, (seconds * 1000) / FILES_PART));
