import * as vscode from 'vscode';
import type { Target } from '../../cluster/target';
import type { ExtensionServices } from '../services';

/** Tokens are kept by address: another cluster under the same name does not get the token of the one before. */
const keyOf = ({ address }: Target): string => `vae.cluster.token:${address.replace(/\/+$/, '')}`;

/** Returns the token for a cluster: the one that the editor keeps, else that of Ray's own tools; null if there is none. */
export async function tokenFor(
  { context }: Pick<ExtensionServices, 'context'>,
  target: Target,
): Promise<string | null> {
  const kept = await context.secrets.get(keyOf(target));
  if (kept !== undefined) return kept;
  const { findToken } = await import('../../cluster/token');
  return findToken();
}

async function keepToken(
  { context }: Pick<ExtensionServices, 'context'>,
  target: Target,
  token: string,
): Promise<void> {
  await context.secrets.store(keyOf(target), token);
}

/**
 * Asks the person for the token of a cluster, and keeps it.
 * @param check that the cluster accepts it; it is not kept otherwise @returns what `check` returns; undefined if the question was dismissed
 */
export async function askToken<T = true>(
  host: Pick<ExtensionServices, 'context'>,
  target: Target,
  check: (token: string) => Thenable<T> = () => Promise.resolve(true as T),
): Promise<T | undefined> {
  const token = await vscode.window.showInputBox({
    ...{ title: vscode.l10n.t('VAE: Token of a Cluster'), password: true, ignoreFocusOut: true },
    prompt: vscode.l10n.t(
      'Token of {0}. It is kept where the editor keeps secrets, and sent only to {1}.',
      target.name,
      new URL(target.address).host,
    ),
    validateInput: (text) =>
      /^[\x21-\x7e]+$/.test(text.trim())
        ? null
        : vscode.l10n.t('Expected a token: printable characters without spaces'),
  });
  if (token === undefined) return undefined;
  const result = await check(token.trim());
  await keepToken(host, target, token.trim());
  return result;
}
