import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { LatentExplorer } from '../../../api/latent-explorer';
import { execute } from './commands';
import type { Card } from './commands';

/** The interface for other extensions says what the commands say; it and a language model's tool decode to the same. */
export async function giveApi(
  extension: vscode.Extension<unknown>,
  run: string,
  image: string,
): Promise<void> {
  const api = (extension.exports as LatentExplorer).getAPI(1);
  const uri = vscode.Uri.file(run);
  const known = (await api.runs()).find((each) => each.uri.fsPath === uri.fsPath);
  assert(known, 'the run is not listed');
  assert.equal(known.state, 'finished');

  const [card] = await execute<Card[]>('vae.encode', { images: [image], run });
  const [encoded] = await api.encode(uri, [vscode.Uri.file(image)]);
  assert(card && encoded && !('error' in card) && !('error' in encoded));
  assert.deepEqual(encoded.mean, card.mean);
  assert.equal(encoded.mean.length, known.latent);
  const decoded = await api.decode(uri, [encoded.mean]);
  assert(
    Buffer.from(decoded.bytes).equals(Buffer.from(card.reconstructed.bytes)),
    'the mean decodes to another picture',
  );

  const names = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('vae_'));
  const contributed = (
    extension.packageJSON as { contributes: { languageModelTools: { name: string }[] } }
  ).contributes.languageModelTools.map(({ name }) => name);
  assert.deepEqual(names.sort(), contributed.sort());
  const input = { run, points: [encoded.mean] };
  const { content } = await vscode.lm.invokeTool('vae_decode_points', {
    input,
    toolInvocationToken: undefined,
  });
  const [words] = content;
  assert(words instanceof vscode.LanguageModelTextPart);
  assert.match(words.value, /^1 point decoded by /);
  assert.equal(content.length, 3);
}
