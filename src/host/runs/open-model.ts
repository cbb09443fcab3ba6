import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import * as z from 'zod';
import { openModel as openInChild, previewModel } from '../../endpoint/open-model';
import type { OpenModelRequest } from '../../endpoint/open-model';
import type { ModelQuestion, OpenedModel } from '../../protocol/schemas/opened';
import { removeUnopenedRun } from '../../runs/opened-model';
import { createRunFolder } from '../../runs/store';
import { asSentence } from '../../text/as-sentence';
import { formatCount } from '../../text/format-count';
import { givenPath } from '../commands/given-path';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import { plainName, plainText } from '../format';
import { Command } from '../identifiers';
import { showInformation } from '../messages';
import type { ExtensionServices } from '../services';
import { runsRootOf } from '../settings';
import { requireWorkspace } from '../training/launch';
import { requireLocal, requireTrust } from '../trust';
import { fileUri, localPath } from '../local-files';
import { questionText } from './question-text';
import { scaleText } from './scale-text';

export interface OpenModelResult {
  readonly runUri: string;
  /** Number of latent dimensions. */
  readonly latent: number;
  /** What was concluded from the files, a sentence each. */
  readonly notes: readonly string[];
}

const openArgument = z.strictObject({
  encoder: givenPath,
  decoder: givenPath,
  /** A folder, or a dataset that `vae train --data` knows. */
  data: z.string().min(1).max(8192),
  answers: z.record(z.string().max(100), z.string().max(1000)).default({}),
});

/**
 * `VAE: Open Model…`: makes a run of two ONNX files that were trained elsewhere. What they do not say is asked, the scale of pixels with
 * pictures of the choices. A program passes `{ encoder, decoder, data, answers }` and gets an error that names the choices.
 */
export async function openModel(
  host: ExtensionServices,
  argument?: unknown,
): Promise<OpenModelResult | undefined> {
  requireTrust();
  const [home] = requireWorkspace();
  const isAsked = !isProgram([argument]);
  const given: z.output<typeof openArgument> | undefined = isAsked
    ? await askFiles()
    : parseArgument(Command.openModel, openArgument, argument);
  if (!given) return undefined;
  const { encoder, decoder, data } = given;
  const engineFolder = join(host.context.extensionPath, 'dist', 'engine');
  const files = [encoder, decoder];
  const opening = new Opening({ files, data: pathOf(data), engineFolder }, given.answers);
  const runFolder = await createRunFolder(runsRootOf(home!), basename(dirname(files[0]!)), new Date());
  let opened: OpenedModel | undefined;
  try {
    opened = await opening.run(runFolder, isAsked);
  } finally {
    if (opened === undefined) await removeUnopenedRun(runFolder);
  }
  if (opened === undefined) return undefined;
  await host.current.during(runFolder, async () => {
    await host.runs.refresh();
    host.showExplorer();
  });
  const notes = opened.notes.map((note) => plainText(note));
  const text = vscode.l10n.t(
    'VAE: the model is open: {0} latent dimensions, {1} images. There is no bound, as its likelihood is not known.',
    formatCount(opened.latent),
    formatCount(opened.images),
  );
  void showInformation([text, ...notes.map(asSentence)].join(' '));
  return { runUri: pathToFileURL(runFolder).href, latent: opened.latent, notes };
}

const pathOf = (text: string): string => (text.startsWith('file:') ? fileURLToPath(text) : text);

/** Asks for the encoder, the decoder and the images; undefined if the user dismisses a question. */
async function askFiles(): Promise<z.output<typeof openArgument> | undefined> {
  const filters = { ONNX: ['onnx'] };
  const encoder = await choose({ title: vscode.l10n.t('VAE: Encoder of the Model'), filters });
  if (encoder === undefined) return undefined;
  const beside = fileUri(dirname(encoder));
  const decoder = await choose({
    title: vscode.l10n.t('VAE: Decoder of the Model'),
    filters,
    defaultUri: beside,
  });
  if (decoder === undefined) return undefined;
  const data = await choose({
    ...{ title: vscode.l10n.t('VAE: Images to Explore the Model With'), canSelectFiles: false },
    canSelectFolders: true,
  });
  return data === undefined ? undefined : { encoder, decoder, data, answers: {} };
}

async function choose(options: vscode.OpenDialogOptions): Promise<string | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ canSelectMany: false, ...options })) ?? [];
  if (uri) requireLocal(uri);
  return uri && localPath(uri);
}

/** Opens a model, and asks what its files leave open, one question after the other. */
class Opening {
  private readonly answers: Record<string, string>;

  constructor(
    private readonly request: Omit<OpenModelRequest, 'answers'>,
    given: Readonly<Record<string, string>>,
  ) {
    this.answers = { ...given };
  }

  /** @returns undefined if the user cancels or dismisses a question @throws Error with the reason if it cannot be opened */
  async run(runFolder: string, isAsked: boolean): Promise<OpenedModel | undefined> {
    for (;;) {
      const result = await this.withProgress((signal) => openInChild(this.whole, runFolder, signal));
      if (result?.type !== 'question') return result;
      if (!isAsked || result.key in this.answers) throw new Error(questionText(result));
      const answer = await this.ask(result);
      if (answer === undefined) return undefined;
      this.answers[answer.key] = answer.value;
    }
  }

  private get whole(): OpenModelRequest {
    return { ...this.request, answers: { ...this.answers } };
  }

  private withProgress<T>(work: (signal: AbortSignal) => Promise<T>): Thenable<T | undefined> {
    const title = vscode.l10n.t('VAE: Opening the Model');
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(options, async (_notification, token) => {
      const cancel = new AbortController();
      const listener = token.onCancellationRequested(() => cancel.abort());
      try {
        return await work(cancel.signal);
      } catch (error) {
        if (cancel.signal.aborted) return undefined;
        throw error;
      } finally {
        listener.dispose();
      }
    });
  }

  private async ask(question: ModelQuestion): Promise<Answer | undefined> {
    if (question.key !== 'output-scale') return askPlainly(question);
    const folder = await mkdtemp(join(tmpdir(), 'vae-preview-'));
    const picture = fileUri(join(folder, 'scales.png'));
    try {
      const isDrawn = await this.withProgress(async (signal) => {
        await previewModel(this.whole, localPath(picture), signal);
        return true;
      });
      if (isDrawn)
        await vscode.commands.executeCommand('vscode.open', picture, { preview: true, preserveFocus: true });
      return await askPlainly(question);
    } finally {
      await closeTab(picture);
      await rm(folder, { recursive: true, force: true });
    }
  }
}

interface Answer {
  readonly key: string;
  readonly value: string;
}

/** Asks a question, for the user to choose or type; undefined if it is dismissed. */
async function askPlainly({ key, message, choices }: ModelQuestion): Promise<Answer | undefined> {
  const title = vscode.l10n.t('VAE: Open Model');
  const prompt = plainText(message);
  if (choices === null) {
    const value = await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true });
    return value === undefined ? undefined : { key, value: value.trim() };
  }
  const items = choices.flatMap((value, i) => itemsOf(key, value, i));
  const options = { title, placeHolder: prompt, ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(items, options))?.answer;
}

type Item = vscode.QuickPickItem & { readonly answer: Answer };

function itemsOf(key: string, value: string, at: number): Item[] {
  const answer = { key, value };
  if (key === 'output-scale')
    return [
      {
        answer,
        label: scaleText(value),
        description: vscode.l10n.t('rows {0} and {1} of the picture', 2 * at + 1, 2 * at + 2),
      },
    ];
  if (key !== 'log-variance') return [{ answer, label: plainName(value) }];
  if (value === '') return [{ answer, label: vscode.l10n.t('None of Them') }];
  const label = plainName(value);
  return [
    { answer, label, description: vscode.l10n.t('is the log-variance') },
    {
      ...{ answer: { key: 'standard-deviation', value }, label },
      description: vscode.l10n.t('is the standard deviation'),
    },
  ];
}

async function closeTab(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const own = tabs.filter(
    ({ input }) => (input as { uri?: vscode.Uri } | undefined)?.uri?.toString() === uri.toString(),
  );
  if (own.length > 0) await vscode.window.tabGroups.close(own);
}
