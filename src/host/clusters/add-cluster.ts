import * as vscode from 'vscode';
import * as z from 'zod';
import type { ClusterCheck } from '../../cluster/check';
import type { Target } from '../../cluster/target';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import { Command } from '../identifiers';
import { showInformation, showWarning } from '../messages';
import type { ExtensionServices } from '../services';
import { askToken, tokenFor } from './cluster-token';

/** Argument for programs, as `vae cluster add` takes it. A token is not in it: it would lie in whatever file calls the command. */
const argumentSchema = z.strictObject({
  name: z.string().max(100),
  address: z.string().max(2000),
  cpus: z.int().min(1).max(1024).default(1),
  gpus: z.int().min(0).max(64).default(0),
  pip: z.array(z.string().max(500)).max(50).optional(),
  storage: z.string().max(1000).nullable().default(null),
});

/**
 * `VAE: Add Cluster…`: adds a cluster that runs Ray to the user's own list, which `vae` shares, after it has answered; asks once for a token if it
 * wants one. Needs no workspace trust: the workspace is neither read nor written.
 * @returns the cluster; undefined if a question was dismissed
 */
export async function addCluster(host: ExtensionServices, argument?: unknown): Promise<Target | undefined> {
  const { NODE_FOR_PIP } = await import('../../cluster/target');
  const target = isProgram([argument])
    ? ({
        kind: 'ray',
        pip: [NODE_FOR_PIP],
        ...parseArgument(Command.addCluster, argumentSchema, argument),
      } as Target)
    : await askTarget();
  if (target === undefined) return undefined;
  const check = await checked(host, target, !isProgram([argument]));
  if (check === undefined) return undefined;
  const { TargetFile } = await import('../../cluster/target-file');
  const file = new TargetFile();
  await file.put(target);
  tell(target, check);
  return file.find(target.name);
}

async function askTarget(): Promise<Target | undefined> {
  const { NODE_FOR_PIP, parseTarget, TARGET_NAME } = await import('../../cluster/target');
  const t = vscode.l10n.t;
  const title = t('VAE: Add Cluster');
  const base = { name: 'x', kind: 'ray', gpus: 0, cpus: 1, pip: [NODE_FOR_PIP], storage: null } as const;
  const address = await vscode.window.showInputBox({
    ...{ title, value: 'http://127.0.0.1:8265', ignoreFocusOut: true },
    prompt: t(
      'Address of the dashboard of Ray. Addresses with http: are only for this machine, such as the end of a tunnel.',
    ),
    validateInput: (text) =>
      problemOf(() => parseTarget({ ...base, pip: [...base.pip], address: text.trim() })),
  });
  if (address === undefined) return undefined;
  const name = await vscode.window.showInputBox({
    ...{ title, ignoreFocusOut: true, value: nameFor(address) },
    prompt: t('Name for the cluster'),
    validateInput: (text) =>
      TARGET_NAME.test(text.trim())
        ? null
        : t('Expected letters, digits, dots, dashes and underscores, beginning with a letter or a digit'),
  });
  if (name === undefined) return undefined;
  const cpus = await askCount(title, t('CPUs that a run asks for'), '1', 1, 1024);
  if (cpus === undefined) return undefined;
  const gpus = await askCount(
    title,
    t('GPUs that a run asks for. Only the engine jax uses them.'),
    '0',
    0,
    64,
  );
  if (gpus === undefined) return undefined;
  return { ...base, pip: [...base.pip], name: name.trim(), address: address.trim(), cpus, gpus };
}

async function askCount(
  title: string,
  prompt: string,
  value: string,
  least: number,
  most: number,
): Promise<number | undefined> {
  const numberOf = (text: string): number => (/^\s*\d+\s*$/.test(text) ? Number(text) : NaN);
  const text = await vscode.window.showInputBox({
    ...{ title, prompt, value, ignoreFocusOut: true },
    validateInput: (typed) =>
      numberOf(typed) >= least && numberOf(typed) <= most
        ? null
        : vscode.l10n.t('Expected a whole number from {0} to {1}', least, most),
  });
  return text === undefined ? undefined : numberOf(text);
}

/** Names a cluster after its host; one at the end of a tunnel is no host of that name. */
function nameFor(address: string): string {
  const { hostname } = new URL(address.trim());
  return /^[\d.[\]:]+$/.test(hostname) || hostname === 'localhost' ? 'ray' : hostname;
}

/** Asks the cluster what it is. If it wants a token, asks the person for one, once. @returns undefined if that was dismissed */
async function checked(
  host: ExtensionServices,
  target: Target,
  mayAsk: boolean,
): Promise<ClusterCheck | undefined> {
  const { checkCluster } = await import('../../cluster/check');
  const { connectionTo } = await import('../../cluster/connection');
  const { UnauthorisedError } = await import('../../cluster/ray/errors');
  const { parseTarget } = await import('../../cluster/target');
  parseTarget(target);
  const check = (token: string | null): Thenable<ClusterCheck> =>
    vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('VAE: Asking {0}', target.name),
      },
      () => checkCluster(connectionTo(target, token)),
    );
  try {
    return await check(await tokenFor(host, target));
  } catch (error) {
    if (!(error instanceof UnauthorisedError) || !mayAsk) throw error;
  }
  return askToken(host, target, check);
}

function tell({ name }: Target, { version, resources, problems }: ClusterCheck): void {
  const added =
    resources === null
      ? vscode.l10n.t('VAE: {0} was added. It runs Ray {1}.', name, version.ray_version)
      : vscode.l10n.t(
          'VAE: {0} was added. It runs Ray {1}; nodes: {2}, CPUs: {3}, GPUs: {4}.',
          ...[name, version.ray_version, resources.nodes, resources.cpus.total, resources.gpus.total],
        );
  if (problems.length === 0) void showInformation(added);
  else void showWarning([added, ...problems].join(' '));
}

/** Returns why a check fails; null if it does not. */
function problemOf(check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
