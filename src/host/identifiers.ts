/** Every id that package.json contributes, once. test/manifest.test.ts compares both ways. */
export const Command = {
  train: 'vae.train',
  stop: 'vae.stop',
  pause: 'vae.pause',
  continueTraining: 'vae.continue',
  resume: 'vae.resume',
  encode: 'vae.encode',
  interpolate: 'vae.interpolate',
  showOnMap: 'vae.showOnMap',
  makeDirection: 'vae.makeDirection',
  applyDirection: 'vae.applyDirection',
  analogy: 'vae.analogy',
  openExplorer: 'vae.openExplorer',
  compareRuns: 'vae.compareRuns',
  revealRun: 'vae.revealRun',
  deleteRun: 'vae.deleteRun',
  showLog: 'vae.showLog',
  setUpEngine: 'vae.setUpEngine',
  downloadMnist: 'vae.downloadMnist',
} as const;
export type CommandId = (typeof Command)[keyof typeof Command];

/** For other extensions and scripts: nothing contributes them, they take one object and give back plain data. */
export const ApiCommand = {
  evaluate: 'vae.evaluate',
  decode: 'vae.decode',
  traverse: 'vae.traverse',
  manifold: 'vae.manifold',
  sample: 'vae.sample',
  latents: 'vae.latents',
} as const;
export type ApiCommandId = (typeof ApiCommand)[keyof typeof ApiCommand];

/** What a click on a line of the runs tree does; nothing contributes it. */
export const OPEN_SELECTED_RUN = 'vae.openSelectedRun';

/** Commands that make sense only on something that was clicked; hidden from the palette. */
export const CONTEXT_ONLY: readonly CommandId[] = [Command.revealRun, Command.deleteRun];

export const View = {
  runs: 'vae.runs',
  interpolation: 'vae.interpolation',
} as const;

/** The view container in the activity bar. */
export const CONTAINER = 'vae';
/** The view type of the explorer panel; VS Code stores it, so it never changes. */
export const EXPLORER_PANEL = 'vae.explorer';
/** The view type of the editor of a run's config.json; settings name it, so it never changes. */
export const RUN_EDITOR = 'vae.run';
/** That of the panel that compares runs. */
export const COMPARE_PANEL = 'vae.compare';
/** The submenu in the file explorer's context menu. */
export const SUBMENU = 'vae.explorerMenu';

export const Setting = {
  runsFolder: 'vae.runsFolder',
  statusBar: 'vae.statusBar',
  engine: 'vae.engine',
  threads: 'vae.threads',
  snapshots: 'vae.snapshots',
} as const;

/** Context keys that `when` and `enablement` clauses read. */
export const ContextKey = {
  /** A run is being trained. */
  training: 'vae.training',
  /** A live run is paused. */
  paused: 'vae.paused',
} as const;
