/** The tests that run inside the extension host; known outside of it, so that they can be counted when it cannot be had. */
export const IN_HOST = [
  'the extension is active once the window has started',
  'every contributed command is registered',
  'vae.train trains to its end and records the run',
  'vae.encode gives a card whose bound is the difference of its parts',
  'vae.interpolate gives strips that begin and end at the two reconstructions',
  'commands for programs give plain data that fits together',
  'getAPI(1) and the tools of language models say what the commands say',
  'vae.showOnMap finds the images in the dataset of the run, and refuses others',
  'vae.makeDirection, vae.applyDirection and vae.analogy make, keep and use a direction of latent space',
  'vae.train leaves out the images that were excluded, and records them',
  'vae.train takes the labels of a table, and refuses one that is none',
  'an image whose name looks like markup is a file like any other',
  'bad arguments are refused with what was got and what was expected',
  'a training on the sample digits answers vae.encode, and is paused, continued, stopped and resumed',
  'vae.compareRuns gives figures and the settings that differ, and opens its panel',
  'vae.openExplorer opens the panel',
  'vae.renameRun, vae.tagRun and vae.editNotes write about a run, and notes are a document that is saved',
  'vae.exportRun writes the files of a run, and over others only where that is said',
  'vae.deleteRun removes an ended run',
] as const;
export type InHostName = (typeof IN_HOST)[number];

/** What the extension host leaves beside its bundle for the runner. */
export interface InHostResult {
  readonly name: InHostName;
  readonly seconds: number;
  readonly note: string;
  /** Empty when it passed. */
  readonly error: string;
}
