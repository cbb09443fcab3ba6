/** All ids that package.json contributes; test/manifest.test.ts compares both directions. */
export const Command = {
  train: 'vae.train',
  sweep: 'vae.sweep',
  openSweep: 'vae.openSweep',
  stopSweep: 'vae.stopSweep',
  continueSweep: 'vae.continueSweep',
  stop: 'vae.stop',
  pause: 'vae.pause',
  continueTraining: 'vae.continue',
  resume: 'vae.resume',
  trainLonger: 'vae.trainLonger',
  trainAgain: 'vae.trainAgain',
  encode: 'vae.encode',
  interpolate: 'vae.interpolate',
  showOnMap: 'vae.showOnMap',
  makeDirection: 'vae.makeDirection',
  applyDirection: 'vae.applyDirection',
  analogy: 'vae.analogy',
  openExplorer: 'vae.openExplorer',
  switchRun: 'vae.switchRun',
  compareRuns: 'vae.compareRuns',
  revealRun: 'vae.revealRun',
  deleteRun: 'vae.deleteRun',
  renameRun: 'vae.renameRun',
  editNotes: 'vae.editNotes',
  tagRun: 'vae.tagRun',
  exportRun: 'vae.exportRun',
  importRun: 'vae.importRun',
  openModel: 'vae.openModel',
  attachClassifier: 'vae.attachClassifier',
  removeClassifier: 'vae.removeClassifier',
  fixProblem: 'vae.fixProblem',
  sortRuns: 'vae.sortRuns',
  filterRuns: 'vae.filterRuns',
  filterRunsByState: 'vae.filterRunsByState',
  clearRunFilter: 'vae.clearRunFilter',
  showLog: 'vae.showLog',
  setUpEngine: 'vae.setUpEngine',
  setUpGraphicsCard: 'vae.setUpGraphicsCard',
  setUpJax: 'vae.setUpJax',
  downloadMnist: 'vae.downloadMnist',
  addCluster: 'vae.addCluster',
  trainOnCluster: 'vae.trainOnCluster',
} as const;
export type CommandId = (typeof Command)[keyof typeof Command];

/**
 * Commands for other extensions and scripts; package.json does not contribute them. They take one object and return plain data.
 */
export const ApiCommand = {
  evaluate: 'vae.evaluate',
  decode: 'vae.decode',
  traverse: 'vae.traverse',
  manifold: 'vae.manifold',
  sample: 'vae.sample',
  latents: 'vae.latents',
  selection: 'vae.selection',
} as const;
export type ApiCommandId = (typeof ApiCommand)[keyof typeof ApiCommand];

/** Command of a click on a line of the runs tree; package.json does not contribute it. */
export const OPEN_SELECTED_RUN = 'vae.openSelectedRun';

/** Commands that require a clicked item; hidden from the palette. */
export const CONTEXT_ONLY: readonly CommandId[] = [Command.revealRun, Command.deleteRun];

/** Commands that start programs or fetch files; where VS Code runs in a browser, they are not offered. */
export const MACHINE_COMMANDS: readonly CommandId[] = [
  ...[Command.sweep, Command.openSweep, Command.stopSweep, Command.continueSweep],
  ...[Command.openModel, Command.setUpEngine, Command.setUpGraphicsCard, Command.setUpJax],
  ...[Command.downloadMnist, Command.addCluster],
  ...[Command.trainOnCluster],
  ...[Command.attachClassifier, Command.removeClassifier],
];

export const View = {
  runs: 'vae.runs',
  interpolation: 'vae.interpolation',
} as const;

/** View container in the activity bar. */
export const CONTAINER = 'vae';
/** View type of the explorer panel; VS Code stores it, so it must never change. */
export const EXPLORER_PANEL = 'vae.explorer';
/** View type of the editor of a run's config.json; settings refer to it, so it must never change. */
export const RUN_EDITOR = 'vae.run';
/** View type of the panel that compares runs. */
export const COMPARE_PANEL = 'vae.compare';
/** View type of the page of a sweep; VS Code stores it, so it must never change. */
export const SWEEP_PANEL = 'vae.sweepView';
/** View type of the page about a dataset. */
export const DATASET_PANEL = 'vae.dataset';
/** Scheme of the documents that hold the notes of runs; VS Code stores it with open editors, so it must never change. */
export const NOTES_SCHEME = 'vae-notes';
/** Submenu in the file explorer's context menu. */
export const SUBMENU = 'vae.explorerMenu';

export const Setting = {
  runsFolder: 'vae.runsFolder',
  statusBar: 'vae.statusBar',
  engine: 'vae.engine',
  threads: 'vae.threads',
  device: 'vae.device',
  jaxPython: 'vae.jaxPython',
  autoResume: 'vae.autoResume',
  snapshots: 'vae.snapshots',
  problems: 'vae.problems',
} as const;

/** Context keys used in `when` and `enablement` clauses. */
export const ContextKey = {
  /** Whether a run is being trained. */
  training: 'vae.training',
  /** Whether a live run is paused. */
  paused: 'vae.paused',
  /** Whether the runs tree has a filter. */
  filtered: 'vae.runsFiltered',
  /** Whether this is VS Code in a browser, where nothing can start a program. Not so where a browser shows a window of a machine. */
  inBrowser: 'vae.inBrowser',
} as const;
