import { browserStory } from './browser';
import { comeBackStory } from './come-back';
import { compareStory } from './compare';
import type { Story } from './context';
import { setUpStory, terminalStory } from './control';
import { directionStory } from './directions';
import { downloadStory } from './download';
import { imageStory } from './images';
import { installedStory } from './installed';
import { keptRunsStory } from './kept-runs';
import { labelStory } from './labels';
import { latentStory } from './latent';
import { lookStory } from './looks';
import { mapStory } from './map';
import { routingStory } from './routing';
import { runEditorStory } from './run-editor';
import { sweepStory } from './sweep';
import { trainAgainStory } from './train-again';
import { trainingStory } from './training';
import { umapStory } from './umap';
import { untrustedStory } from './untrusted';

/** The tests in windows. Each has all that it writes for itself, so that any order will do. */
export const stories: readonly Story[] = [
  trainingStory,
  installedStory,
  browserStory,
  trainAgainStory,
  sweepStory,
  imageStory,
  routingStory,
  latentStory,
  lookStory,
  terminalStory,
  setUpStory,
  downloadStory,
  mapStory,
  umapStory,
  directionStory,
  comeBackStory,
  runEditorStory,
  compareStory,
  keptRunsStory,
  labelStory,
  untrustedStory,
];
