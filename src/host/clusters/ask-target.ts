import * as vscode from 'vscode';
import { plainName } from '../format';
import { Command } from '../identifiers';

/**
 * Returns the name of a cluster of the person's.
 * @param orHere whether this machine is a choice @returns null for this machine; undefined if the question is dismissed, or there is none
 */
export async function askTarget(title: string, orHere: boolean): Promise<string | null | undefined> {
  const { TargetFile } = await import('../../cluster/target-file');
  const targets = await new TargetFile().read();
  const add = vscode.l10n.t('Add Cluster…');
  const here = vscode.l10n.t('On This Machine');
  const items = [
    ...(orHere ? [{ label: here }] : []),
    ...targets.map(({ name, address, cpus, gpus }) => ({
      label: name,
      description: address,
      detail: vscode.l10n.t('a run gets {0} CPUs and {1} GPUs', cpus, gpus),
    })),
    { label: add, description: vscode.l10n.t('one that runs Ray') },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (orHere && chosen?.label === here) return null;
  if (chosen?.label !== add) return chosen?.label;
  const added = await vscode.commands.executeCommand<{ readonly name: string } | undefined>(
    Command.addCluster,
  );
  return added?.name;
}

/** Asks where the nodes have the images. @returns null to send them; undefined if the question is dismissed */
export async function askPlace(title: string, target: string): Promise<string | null | undefined> {
  const items = [
    {
      label: vscode.l10n.t('Send the Images'),
      description: vscode.l10n.t('only the selected ones; more than 64 MiB are sent as rows of pixels'),
      isThere: false,
    },
    {
      label: vscode.l10n.t('The Images Are There…'),
      description: vscode.l10n.t('in a file or folder that the nodes of {0} see', plainName(target)),
      isThere: true,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (!chosen?.isThere) return chosen && null;
  const path = await vscode.window.showInputBox({
    ...{ title, ignoreFocusOut: true, placeHolder: '/shared/photos' },
    prompt: vscode.l10n.t(
      'Where the nodes see the same images. Excluded images and tables of labels are not used there.',
    ),
    validateInput: (text) =>
      text.trim().startsWith('/') ? null : vscode.l10n.t('Expected an absolute path on the nodes'),
  });
  return path?.trim();
}
