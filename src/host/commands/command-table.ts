import { Command, ApiCommand } from '../identifiers';
import type { CommandId, ApiCommandId } from '../identifiers';
import type { ExtensionServices } from '../services';
import type { CommandHandler } from './register';
import { resume } from '../training/resume';
import { continueTraining, pause, stop } from '../training/run-control';
import { deleteRun } from '../runs/delete-run';
import { openExplorer, revealRun, showLog, switchRun } from '../runs/run-files';
import { trainLonger } from '../training/train-longer';

/** Maps every command to its handler. */
export function commandTable(host: ExtensionServices): Record<CommandId | ApiCommandId, CommandHandler> {
  const on =
    (command: (host: ExtensionServices, ...args: unknown[]) => Promise<unknown>): CommandHandler =>
    (...args: unknown[]) =>
      command(host, ...args);
  const program = (name: keyof typeof ApiCommand): CommandHandler =>
    on(async (_host, argument) => (await import('./api-commands')).apiCommands[name](host, argument));
  return {
    // Imported on first use: their schemas take most of the extension's startup time.
    [Command.train]: on(async (...args) => (await import('../training/train')).train(...args)),
    [Command.sweep]: on(async (...args) => (await import('../sweeps/sweep')).sweep(...args)),
    [Command.openSweep]: on(async (...args) => (await import('../sweeps/control-sweep')).openSweep(...args)),
    [Command.stopSweep]: on(async (...args) => (await import('../sweeps/control-sweep')).stopSweep(...args)),
    [Command.continueSweep]: on(async (...args) =>
      (await import('../sweeps/control-sweep')).continueSweep(...args),
    ),
    [Command.stop]: on(stop),
    [Command.pause]: on(pause),
    [Command.continueTraining]: on(continueTraining),
    [Command.resume]: on(resume),
    [Command.trainLonger]: on(trainLonger),
    [Command.trainAgain]: on(async (...args) =>
      (await import('../training/train-again')).trainAgain(...args),
    ),
    [Command.encode]: on(async (...args) => (await import('../encode/encode')).encode(...args)),
    [Command.interpolate]: on(async (...args) =>
      (await import('../interpolation/interpolate')).interpolate(...args),
    ),
    [Command.showOnMap]: on(async (...args) => (await import('../map/show-on-map')).showOnMap(...args)),
    [Command.makeDirection]: on(async (...args) =>
      (await import('../directions/make-direction')).makeDirection(...args),
    ),
    [Command.applyDirection]: on(async (...args) =>
      (await import('../directions/apply-direction')).applyDirection(...args),
    ),
    [Command.analogy]: on(async (...args) => (await import('../directions/analogy')).analogy(...args)),
    [Command.openExplorer]: on(openExplorer),
    [Command.switchRun]: on(switchRun),
    [Command.compareRuns]: on(async (...args) =>
      (await import('../compare/compare-runs')).compareRuns(...args),
    ),
    [Command.revealRun]: on(revealRun),
    [Command.deleteRun]: on(deleteRun),
    [Command.showLog]: on(showLog),
    [Command.renameRun]: on(async (...args) => (await import('../runs/rename-run')).renameRun(...args)),
    [Command.editNotes]: on(async (...args) => (await import('../runs/edit-notes')).editNotes(...args)),
    [Command.tagRun]: on(async (...args) => (await import('../runs/tag-run')).tagRun(...args)),
    [Command.exportRun]: on(async (...args) => (await import('../runs/export-run')).exportRun(...args)),
    [Command.importRun]: on(async (...args) => (await import('../runs/import-run')).importRun(...args)),
    [Command.openModel]: on(async (...args) => (await import('../runs/open-model')).openModel(...args)),
    [Command.attachClassifier]: on(async (...args) =>
      (await import('../runs/attach-classifier')).attachClassifier(...args),
    ),
    [Command.removeClassifier]: on(async (...args) =>
      (await import('../runs/attach-classifier')).removeClassifier(...args),
    ),
    [Command.fixProblem]: on(async ({ problems }, argument) =>
      (await import('../problems/fix-problem')).fixProblem(problems, argument),
    ),
    [Command.sortRuns]: on(async (...args) => (await import('../runs/list-commands')).sortRuns(...args)),
    [Command.filterRuns]: on(async (...args) => (await import('../runs/list-commands')).filterRuns(...args)),
    [Command.filterRunsByState]: on(async () =>
      (await import('../runs/list-commands')).filterRunsByState(host),
    ),
    [Command.clearRunFilter]: on(async () => (await import('../runs/list-commands')).clearRunFilter(host)),
    [Command.setUpJax]: on(async (...args) => (await import('../engines/set-up-jax')).setUpJax(...args)),
    [Command.setUpEngine]: on(async () => (await import('../engines/set-up-engine')).setUpEngine(host)),
    [Command.setUpGraphicsCard]: on(async () =>
      (await import('../engines/set-up-engine')).setUpGraphicsCard(host),
    ),
    [Command.downloadMnist]: on(async (...args) =>
      (await import('../training/download-mnist')).downloadMnist(...args),
    ),
    [Command.addCluster]: on(async (...args) =>
      (await import('../clusters/add-cluster')).addCluster(...args),
    ),
    [Command.trainOnCluster]: on(async (...args) =>
      (await import('../clusters/train-on-cluster')).trainOnCluster(...args),
    ),
    [ApiCommand.evaluate]: program('evaluate'),
    [ApiCommand.decode]: program('decode'),
    [ApiCommand.traverse]: program('traverse'),
    [ApiCommand.manifold]: program('manifold'),
    [ApiCommand.sample]: program('sample'),
    [ApiCommand.latents]: program('latents'),
    [ApiCommand.selection]: program('selection'),
  };
}
