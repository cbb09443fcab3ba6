import { Command } from 'commander';
import type { Context } from '../context';
import { reproduceFigure2Command } from './reproduce-figure2';
import { reproduceFigure3Command } from './reproduce-figure3';

/** `vae reproduce`: repeats an experiment of the paper; writes its figure with our curves added, and a table. */
export function reproduceCommand(context: Context): Command {
  return new Command('reproduce')
    .description('repeat an experiment of the paper (figure2, figure3) and add the results to its figure')
    .helpCommand(false)
    .addCommand(reproduceFigure2Command(context))
    .addCommand(reproduceFigure3Command(context));
}
