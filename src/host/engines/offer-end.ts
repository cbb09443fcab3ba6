import * as vscode from 'vscode';
import { showInformation, showWarning } from '../messages';
import type { EngineConnection } from './engine-connection';
import type { Engines } from './engines';

/** Answer to the question about an engine that does not respond; `closed` if there was none. */
type SilentEngineAnswer = 'wait' | 'ended' | 'closed';

/** Questions that are open, by run folder: stopping a run may ask while its notification is still shown. */
const open = new Map<string, Promise<SilentEngineAnswer>>();

/** Tells that an engine does not respond, and offers to wait or to end its process. @throws Error if its process cannot be ended */
export function offerEnd(
  engines: Pick<Engines, 'kill'>,
  connection: EngineConnection,
  name: string,
): Promise<SilentEngineAnswer> {
  const { runFolder } = connection;
  const asked = open.get(runFolder) ?? ask(engines, connection, name).finally(() => open.delete(runFolder));
  open.set(runFolder, asked);
  return asked;
}

async function ask(
  engines: Pick<Engines, 'kill'>,
  connection: EngineConnection,
  name: string,
): Promise<SilentEngineAnswer> {
  const wait = vscode.l10n.t('Wait');
  const end = vscode.l10n.t('End Process');
  const question = vscode.l10n.t(
    'VAE: the engine of {0} does not respond. Ending its process may lose the training since the last checkpoint.',
    name,
  );
  const chosen = await showWarning(question, wait, end);
  if (chosen !== end) return chosen === wait ? 'wait' : 'closed';
  const means = await engines.kill(connection);
  void showInformation(
    means === 'kill'
      ? vscode.l10n.t(
          'VAE: the engine process of {0} was killed. Resume continues from the last checkpoint.',
          name,
        )
      : means === null
        ? vscode.l10n.t('VAE: no engine process of {0} is alive any more.', name)
        : vscode.l10n.t('VAE: the engine of {0} has stopped at a checkpoint.', name),
  );
  return 'ended';
}
