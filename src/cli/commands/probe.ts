import { Command } from 'commander';
import type { Context } from '../context';
import { attachCommand } from '../probe/attach';
import { classifyCommand } from '../probe/classify';
import { removeCommand, showCommand } from '../probe/show';

const DETAILS = `
Examples:
  vae probe attach latest classifier.onnx
  vae probe attach latest classifier.onnx --scale imagenet --classes names.txt
  vae probe classify latest --out classes.csv
  vae probe classify latest a.png b.png`;

/** `vae probe`: attaches an image classifier to a run, which says what its latent space means. */
export function probeCommand(context: Context): Command {
  return new Command('probe')
    .description('attach an image classifier of your own (ONNX) to a run, and classify its images with it')
    .addHelpText('after', DETAILS)
    .helpCommand(false)
    .addCommand(attachCommand(context))
    .addCommand(showCommand(context))
    .addCommand(classifyCommand(context))
    .addCommand(removeCommand(context));
}
