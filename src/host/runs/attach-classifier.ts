import { basename, join, posix } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { attachClassifier as attachInChild } from '../../endpoint/attach-classifier';
import type { ClassifierAttached, ClassifierQuestion } from '../../protocol/schemas/attached';
import { removeClassifier as removeFiles } from '../../runs/classifier';
import { asSentence } from '../../text/as-sentence';
import { formatCount } from '../../text/format-count';
import { givenPath } from '../commands/given-path';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import { cancellableWork } from '../cancellable-work';
import { plainName, plainText } from '../format';
import { Command } from '../identifiers';
import { localPath } from '../local-files';
import { announce, confirm, showInformation } from '../messages';
import type { ExtensionServices } from '../services';
import { requireLocal, requireTrust } from '../trust';
import { chosenRun } from './pick-run';
import { runName } from './run-item';
import { questionText } from './question-text';
import { scaleText } from './scale-text';

export interface AttachResult {
  /** Names of the classes, in the order of the classifier's output. */
  readonly classes: readonly string[];
  /** What was concluded from the file, a sentence each. */
  readonly notes: readonly string[];
}

const attachArgument = z.strictObject({
  run: z.unknown().optional(),
  classifier: givenPath,
  answers: z.record(z.string().max(100), z.string().max(8192)).default({}),
});

/**
 * `VAE: Attach Classifier…`: attaches an image classifier to a run, which then says what images and decoded points show. What its file does
 * not say is asked. A program passes `{ run, classifier, answers }` and gets an error that names the choices.
 */
export async function attachClassifier(
  host: ExtensionServices,
  argument?: unknown,
): Promise<AttachResult | undefined> {
  requireTrust();
  const given = isProgram([argument])
    ? parseArgument(Command.attachClassifier, attachArgument, argument)
    : null;
  const entry = await chosenRun(host, argument, vscode.l10n.t('VAE: Attach Classifier'));
  if (!entry) return undefined;
  const file = given ? given.classifier : await chooseFile();
  if (file === undefined) return undefined;
  const request = {
    ...{ runFolder: entry.folder, file },
    engineFolder: join(host.context.extensionPath, 'dist', 'engine'),
  };
  const attached = await attach(request, { ...given?.answers }, given === null);
  if (attached === undefined) return undefined;
  host.classifierChanged.fire();
  // The panel shows how far it is; what fails is said there, too.
  await host.engines.ask(entry.folder, 'classifyAll', {}).catch(() => undefined);
  host.classifierChanged.fire();
  const notes = attached.notes.map((note) => plainText(note));
  const text = vscode.l10n.t(
    'VAE: {0} is attached to {1}: {2} classes. Its images are being classified.',
    plainName(basename(file)),
    runName(entry),
    formatCount(attached.classes.length),
  );
  void showInformation([text, ...notes.map(asSentence)].join(' '));
  return { classes: attached.classes, notes };
}

/** `VAE: Remove Classifier`: removes the classifier of a run, and what it said. A program passes `{ run }`. */
export async function removeClassifier(
  host: ExtensionServices,
  argument?: unknown,
): Promise<{ readonly removed: boolean } | undefined> {
  const entry = await chosenRun(host, argument, vscode.l10n.t('VAE: Remove Classifier'));
  if (!entry) return undefined;
  const isSure =
    isProgram([argument]) ||
    (await confirm(
      vscode.l10n.t('Remove the classifier of {0}?', runName(entry)),
      vscode.l10n.t('Its results for the images are removed, too. The file that it was copied from stays.'),
      vscode.l10n.t('Remove'),
    ));
  if (!isSure) return undefined;
  const removed = await removeFiles(entry.folder);
  host.classifierChanged.fire();
  if (!removed) throw new Error(vscode.l10n.t('{0} has no classifier.', runName(entry)));
  announce(vscode.l10n.t('VAE: the classifier of {0} was removed.', runName(entry)));
  return { removed };
}

async function chooseFile(): Promise<string | undefined> {
  const options = { title: vscode.l10n.t('VAE: Image Classifier'), filters: { ONNX: ['onnx'] } };
  const [uri] = (await vscode.window.showOpenDialog({ canSelectMany: false, ...options })) ?? [];
  if (uri) requireLocal(uri);
  return uri && localPath(uri);
}

/** Attaches a file, and asks what it leaves open, one question after the other; undefined if the user cancels or dismisses one. */
async function attach(
  request: { readonly runFolder: string; readonly file: string; readonly engineFolder: string },
  answers: Record<string, string>,
  isAsked: boolean,
): Promise<ClassifierAttached | undefined> {
  for (;;) {
    const result = await cancellableWork(vscode.l10n.t('VAE: Trying the Classifier'), '', (signal) =>
      attachInChild({ ...request, answers }, signal),
    );
    if (result === null) return undefined;
    if (result.type === 'attached') return result;
    if (!isAsked || result.key in answers) throw new Error(questionText(result));
    const answer = await ask(result);
    if (answer === undefined) return undefined;
    answers[result.key] = answer;
  }
}

async function ask({ key, message, choices, preview }: ClassifierQuestion): Promise<string | undefined> {
  const title = vscode.l10n.t('VAE: Attach Classifier');
  const prompt = plainText(message);
  if (choices === null)
    return (await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true }))?.trim();
  const items = choices.map((choice) => ({
    ...{ choice, label: key === 'input-scale' ? scaleText(choice) : plainName(choice) },
    detail: previewText(preview.find((each) => each.choice === choice)?.images ?? []),
  }));
  const options = { title, placeHolder: prompt, ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(items, options))?.choice;
}

/** What the classifier would say about some images of the run. */
const previewText = (images: ClassifierQuestion['preview'][number]['images']): string =>
  images
    .map(({ id, class: name, probability }) =>
      vscode.l10n.t(
        '{0}: {1}, {2} %',
        plainName(posix.basename(id)),
        plainName(name),
        Math.round(100 * probability),
      ),
    )
    .join('; ');
