import { dirname } from 'node:path';
import { Command } from 'commander';
import { inRun, statPath } from '../../runs/guarded-path';
import { LOCK_FILE } from '../../runs/lock';
import type { Context } from '../context';
import { EXIT } from '../exit';
import { watchInterrupts } from '../interrupt';
import { findRunsRoot, resolveRun, runsRoot } from '../run-argument';
import { plainLine } from '../screen';
import { RunWatcher } from '../watch/run-watcher';
import type { WatchTarget } from '../watch/run-watcher';
import { runObject, watchByLines } from '../watch/watch-lines';
import { FollowedCurves, watchOnScreen } from '../watch/watch-screen';
import { drawnFolders, FIRST_VIEW, MAX_CURVES, onceLines, settle } from '../watch/watch-view';
import type { WatchView } from '../watch/watch-view';

interface Options {
  readonly once?: true;
  readonly ascii?: true;
}

const KEYS = `
Keys: up and down choose a run, space draws its curve beside those of others, s sorts, l changes the axis of
samples between linear and logarithmic, q and Ctrl-C quit. Without a terminal, each change is a line.`;

/** `vae watch [FOLDER|RUN...]`: the runs of a folder, live. */
export function watchCommand(context: Context): Command {
  return new Command('watch')
    .description('show runs and their curves live')
    .argument(
      '[FOLDER|RUN...]',
      'folders with .vae/runs in them, folders of run folders, run folders, run names, or `latest`',
      ['.'],
    )
    .option('--once', 'print the runs once, and do not wait for changes')
    .option('--ascii', 'draw curves with full stops, for fonts without Braille dots')
    .option('--json', 'print one JSON object per line, for each change')
    .addHelpText('after', KEYS)
    .action(async (texts: string[], { once, ascii }: Options) => {
      const targets = await Promise.all(texts.map((text) => targetOf(text, context.cwd)));
      const named = targets.flatMap((target) => ('run' in target ? [target.run] : []));
      const view = {
        ...FIRST_VIEW,
        chosen: named[0] ?? null,
        compared: named.length > 1 ? named.slice(0, MAX_CURVES) : [],
      };
      const watcher = new RunWatcher(targets);
      const hasBraille = ascii !== true && mayDrawBraille(process.env, process.platform);
      const interrupts = watchInterrupts({ onFirst: () => void (context.exitCode = EXIT.interrupted) });
      try {
        if (once) return await printOnce(watcher, view, context, hasBraille);
        const screen = context.output.screen({ hasColours: !process.env['NO_COLOR'] });
        if (screen === null) return await watchByLines(watcher, context, interrupts.signal);
        const options = { title: targets.map(titleOf).join(', '), view, hasBraille };
        await watchOnScreen(watcher, screen, context, options, interrupts.signal);
      } finally {
        interrupts.dispose();
        watcher.close();
      }
    });
}

const titleOf = (target: WatchTarget): string => ('run' in target ? target.run : target.folder);

/** Returns what an argument names. @throws CliError if it does not exist */
async function targetOf(text: string, cwd: string): Promise<WatchTarget> {
  const folder = await resolveRun(text, cwd);
  if (dirname(folder) === runsRoot(cwd) || (await isRun(folder))) return { run: folder };
  await findRunsRoot(folder);
  return { folder };
}

/** Whether a folder is that of a run, perhaps one that is still being prepared. */
async function isRun(folder: string): Promise<boolean> {
  for (const name of ['config.json', LOCK_FILE])
    if ((await statPath(inRun(folder, name)).catch(() => null)) !== null) return true;
  return false;
}

/** Fonts of terminals that are not set to Unicode, of Linux' console and of Windows' older console lack Braille dots. */
export function mayDrawBraille(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return env['WT_SESSION'] !== undefined || env['TERM_PROGRAM'] === 'vscode';
  if (env['TERM'] === 'linux') return false;
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}

async function printOnce(
  watcher: RunWatcher,
  first: WatchView,
  { output }: Context,
  hasBraille: boolean,
): Promise<void> {
  const runs = await watcher.look();
  for (const notice of watcher.notices) output.warn(notice);
  if (output.json) return runs.forEach((run) => output.say(null, runObject(run)));
  if (runs.length === 0) return output.say('no runs yet; `vae train --data digits` makes one', null);
  const view = settle(first, runs, []);
  const curves = new FollowedCurves();
  await curves.read(drawnFolders(view));
  const watched = { runs, isRead: true, curves: curves.rows, notices: [], title: '' };
  output.say(onceLines(view, watched, output.columns, hasBraille).map(plainLine), null);
}
