import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { MapSet } from '../../protocol/map';
import { directionsFolder, saveDirection } from '../../runs/directions';
import { visibleText } from '../../text/visible-text';
import type { ExtensionServices } from '../services';
import type { RunEntry } from '../runs/runs-model';
import { requireTrust } from '../trust';
import { askSet, resolved, setSchema } from './direction-sets';
import type { NamedSet } from './direction-sets';
import { givenImages, modelRun } from '../commands/image-arguments';
import { isProgram } from '../commands/register';
import { encodedMap } from '../map/encoded-map';
import type { DirectionScore } from '../../domain/direction';
import { formatCount } from '../../text/format-count';
import { fileUri, localPath } from '../local-files';

const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const common = { run: z.unknown().optional(), name: z.string().trim().min(1).max(200).optional() };
/** Argument of `vae.makeDirection` for programs; a direction with a name is saved. */
const argumentSchema = z.union([
  z.strictObject({ a: setSchema, b: setSchema, seed: seed.optional(), ...common }),
  z.strictObject({ component: z.int().min(0).max(4095), ...common }),
]);

/** A direction as plain data. */
export interface MadeDirection {
  readonly name: string | null;
  /** Path of the saved file; null if not saved. */
  readonly file: string | null;
  readonly from: string;
  readonly to: string;
  readonly vector: number[];
  readonly start: number[];
  readonly counts: readonly [number, number];
  readonly inBoth: number;
  readonly score: DirectionScore | null;
  readonly run: string;
  readonly step: number;
}

/** `VAE: Make Direction`: computes a direction between two sets of images, or along a principal component. */
export async function makeDirection(
  host: ExtensionServices,
  argument?: unknown,
  selection?: unknown,
): Promise<MadeDirection | undefined> {
  requireTrust();
  const entry = await modelRun(host, argument);
  const program = isProgram([argument]) ? parse(argument) : undefined;
  const map = await encodedSet(host, entry);
  if (!map) return undefined;
  const request = program ?? (await ask(entry, map, argument, selection));
  if (!request) return undefined;
  if ('component' in request) {
    const words = vscode.l10n.t('principal component {0}', request.component + 1);
    return make(host, entry, { component: request.component }, [words, ''], request.name);
  }
  const sets = [await resolved(entry, request.a), await resolved(entry, request.b)] as const;
  const name = program ? request.name : await askName(sets);
  if (!program && name === undefined) return undefined;
  const between = { a: sets[0].set, b: sets[1].set, seed: request.seed ?? 0 };
  if (!program) {
    await host.current.choose(entry.folder);
    host.showExplorer({ tab: 'directions' });
  }
  const made = await host.attention.during(vscode.l10n.t('Making the direction…'), () =>
    make(host, entry, between, [sets[0].words, sets[1].words], name),
  );
  if (!program && made.file !== null) {
    await host.current.choose(entry.folder);
    host.requestedDirection.show({ file: basename(made.file) });
    host.showExplorer({ tab: 'directions' });
  }
  return made;
}

function parse(argument: unknown): z.infer<typeof argumentSchema> {
  const parsed = argumentSchema.safeParse(argument);
  if (parsed.success) return parsed.data;
  throw new Error(
    'vae.makeDirection: expected { a, b } with sets such as { label }, { tag }, { images } and { rest: true }, or { component }',
  );
}

async function ask(
  entry: RunEntry,
  { labelNames }: MapSet,
  argument: unknown,
  selection: unknown,
): Promise<z.infer<typeof argumentSchema> | undefined> {
  const images = givenImages(argument instanceof vscode.Uri ? argument : undefined, selection);
  const a = images.length > 0 ? { images } : await askSet(entry, labelNames ?? [], 'A');
  const b = a && (await askSet(entry, labelNames ?? [], 'B'));
  return a && b && { a, b };
}

function askName([a, b]: readonly [NamedSet, NamedSet]): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('VAE: Make Direction'),
    prompt: vscode.l10n.t('Name of the direction'),
    value: visibleText(`${a.words} → ${b.words}`, 200),
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('A name is required.') : undefined),
  });
}

async function make(
  host: ExtensionServices,
  entry: RunEntry,
  request: Parameters<typeof host.engines.ask<'makeDirection'>>[2],
  [from, to]: readonly [string, string],
  given: string | undefined,
): Promise<MadeDirection> {
  const direction = await host.engines.ask(entry.folder, 'makeDirection', request);
  const run = basename(entry.folder);
  const folder = directionsFolder(entry.folder);
  const name = given?.trim();
  const saved = name ? await saveDirection(folder, { ...direction, name, from, to, run }) : null;
  if (saved) host.savedDirectionsChanged.fire();
  const { counts, inBoth, score, step } = direction;
  return {
    ...{
      name: saved?.name ?? null,
      file: saved && localPath(vscode.Uri.joinPath(fileUri(folder.path), saved.file)),
    },
    ...{ from, to, counts, inBoth, score, run, step },
    vector: Array.from(direction.vector),
    start: Array.from(direction.start),
  };
}

/** Returns the encoded images of the run, encoding them first if necessary. Null if the user cancels. */
async function encodedSet(host: ExtensionServices, { folder }: RunEntry): Promise<MapSet | null> {
  const start = await host.engines.ask(folder, 'map', {});
  if (start.set) return start.set;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('VAE: encoding all images'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, (progress, token) => {
    let before = 0;
    return encodedMap(host.engines, folder, {
      start,
      cancelledText: vscode.l10n.t('Encoding was cancelled.'),
      current: false,
      isCancelled: () => token.isCancellationRequested,
      report({ done, total }) {
        const percent = total === 0 ? 0 : (100 * done) / total;
        progress.report({
          message: `${formatCount(done)} / ${formatCount(total)}`,
          increment: percent - before,
        });
        before = percent;
      },
    });
  });
}
