import type { Command } from 'commander';
import type { Context } from './context';

/** Makes a command for a context. */
export type Create = (context: Context) => Command;

/** The commands by name, in the order of the help. Each brings code that the others do not need, so each is loaded by itself. */
export const COMMANDS: Readonly<Record<string, () => Promise<Create>>> = {
  train: async () => (await import('./commands/train')).trainCommand,
  sweep: async () => (await import('./commands/sweep')).sweepCommand,
  submit: async () => (await import('./commands/submit')).submitCommand,
  follow: async () => (await import('./commands/follow')).followCommand,
  cluster: async () => (await import('./commands/cluster')).clusterCommand,
  script: async () => (await import('./commands/script')).scriptCommand,
  inspect: async () => (await import('./commands/inspect')).inspectCommand,
  pack: async () => (await import('./commands/pack')).packCommand,
  plan: async () => (await import('./commands/plan')).planCommand,
  'bench-engine': async () => (await import('./commands/bench-engine')).benchEngineCommand,
  'open-model': async () => (await import('./commands/open-model')).openModelCommand,
  resume: async () => (await import('./commands/resume')).resumeCommand,
  evaluate: async () => (await import('./commands/evaluate')).evaluateCommand,
  check: async () => (await import('./commands/check')).checkCommand,
  encode: async () => (await import('./commands/encode')).encodeCommand,
  probe: async () => (await import('./commands/probe')).probeCommand,
  interpolate: async () => (await import('./commands/interpolate')).interpolateCommand,
  manifold: async () => (await import('./commands/manifold')).manifoldCommand,
  reproduce: async () => (await import('./commands/reproduce')).reproduceCommand,
  export: async () => (await import('./commands/export')).exportCommand,
  import: async () => (await import('./commands/import')).importCommand,
  runs: async () => (await import('./commands/runs')).runsCommand,
  rename: async () => (await import('./commands/rename')).renameCommand,
  note: async () => (await import('./commands/note')).noteCommand,
  tag: async () => (await import('./commands/tag')).tagCommand,
  watch: async () => (await import('./commands/watch')).watchCommand,
  compare: async () => (await import('./commands/compare')).compareCommand,
  stop: async () => (await import('./commands/stop')).stopCommand,
  start: async () => (await import('./commands/start')).startCommand,
  setup: async () => (await import('./commands/setup')).setupCommand,
  download: async () => (await import('./commands/download')).downloadCommand,
  mcp: async () => (await import('./commands/mcp')).mcpCommand,
};

/** For programs of ours, not for people. */
export const HIDDEN: typeof COMMANDS = {
  'train-rank': async () => (await import('./commands/train-rank')).trainRankCommand,
  'sweep-trial': async () => (await import('./commands/sweep-trial')).sweepTrialCommand,
};
