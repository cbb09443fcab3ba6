import { inspectDataset } from './datasets/inspect-dataset';
import { listDatasets } from './datasets/list-datasets';
import { applyDirection } from './latent/apply-direction';
import { decodePoints } from './latent/decode-points';
import { encodeImages } from './latent/encode-images';
import { findNeighbours } from './latent/find-neighbours';
import { findOutliers } from './latent/find-outliers';
import { interpolateImages } from './latent/interpolate-images';
import { listDirections } from './latent/list-directions';
import { makeDirection } from './latent/make-direction';
import { probeClasses } from './latent/probe-classes';
import { compareRuns } from './runs/compare-runs';
import { evaluateRun } from './runs/evaluate-run';
import { exportRun } from './runs/export-run';
import { listRunsTool } from './runs/list-runs';
import { showRun } from './runs/show-run';
import { stopRun } from './runs/stop-run';
import { tagImages } from './runs/tag-images';
import { tagRun } from './runs/tag-run';
import { trainModel } from './runs/train-model';
import type { Tool } from './tool';

/** All tools, for `vae mcp` and for the editor's language models; package.json repeats their names, texts and schemas. */
export const TOOLS: readonly Tool[] = [
  listDatasets,
  inspectDataset,
  listRunsTool,
  showRun,
  trainModel,
  stopRun,
  evaluateRun,
  encodeImages,
  decodePoints,
  interpolateImages,
  findNeighbours,
  findOutliers,
  makeDirection,
  listDirections,
  applyDirection,
  probeClasses,
  compareRuns,
  tagRun,
  tagImages,
  exportRun,
];
