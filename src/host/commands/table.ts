import { Command, ProgramCommand } from '../identifiers';
import type { CommandId, ProgramCommandId } from '../identifiers';
import type { Host } from '../host';
import type { CommandHandler } from './register';
import { continueTraining, pause, resume, stop } from './runControl';
import { deleteRun, openExplorer, revealRun, showLog } from './runFiles';

/** Every command and what it does. */
export function commandTable(host: Host): Record<CommandId | ProgramCommandId, CommandHandler> {
  const on =
    (command: (host: Host, ...args: unknown[]) => Promise<unknown>): CommandHandler =>
    (...args: unknown[]) =>
      command(host, ...args);
  const program = (name: keyof typeof ProgramCommand): CommandHandler =>
    on(async (_host, argument) => (await import('./program')).programCommands[name](host, argument));
  return {
    // Loaded when first used: their schemas cost most of the extension's start.
    [Command.train]: on(async (...args) => (await import('./train')).train(...args)),
    [Command.stop]: on(stop),
    [Command.pause]: on(pause),
    [Command.continueTraining]: on(continueTraining),
    [Command.resume]: on(resume),
    [Command.encode]: on(async (...args) => (await import('./encode')).encode(...args)),
    [Command.interpolate]: on(async (...args) => (await import('./interpolate')).interpolate(...args)),
    [Command.showOnMap]: on(async (...args) => (await import('./showOnMap')).showOnMap(...args)),
    [Command.makeDirection]: on(async (...args) => (await import('./makeDirection')).makeDirection(...args)),
    [Command.applyDirection]: on(async (...args) =>
      (await import('./applyDirection')).applyDirection(...args),
    ),
    [Command.analogy]: on(async (...args) => (await import('./analogy')).analogy(...args)),
    [Command.openExplorer]: on(openExplorer),
    [Command.compareRuns]: on(async (...args) => (await import('./compareRuns')).compareRuns(...args)),
    [Command.revealRun]: on(revealRun),
    [Command.deleteRun]: on(deleteRun),
    [Command.showLog]: on(showLog),
    [Command.setUpEngine]: on(async () => (await import('./setUpEngine')).setUpEngine(host)),
    [Command.downloadMnist]: on(async (...args) => (await import('./downloadMnist')).downloadMnist(...args)),
    [ProgramCommand.evaluate]: program('evaluate'),
    [ProgramCommand.decode]: program('decode'),
    [ProgramCommand.traverse]: program('traverse'),
    [ProgramCommand.manifold]: program('manifold'),
    [ProgramCommand.sample]: program('sample'),
    [ProgramCommand.latents]: program('latents'),
  };
}
