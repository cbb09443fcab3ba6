import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import type { CheckFinding } from '../../protocol/schemas/checked';
import type { DatasetSource } from '../../datasets/dataset';
import { Disposables } from '../emitter';
import type { Event } from '../emitter';
import { Setting } from '../identifiers';
import { showWorking } from '../messages';
import type { Log } from '../log';
import type { CurrentRun } from '../runs/current-run';
import type { RunEntry } from '../runs/runs-model';
import { engineChoice, problemsWanted } from '../settings';
import { entryOutcome } from '../runs/run-view';
import { problemText } from './problem-text';
import { fileUri } from '../local-files';

/** Source that VS Code shows with each problem. */
const SOURCE = 'VAE';

/** A run whose images are checked, and what they are. */
export interface CheckedRun {
  readonly folder: string;
  readonly source: DatasetSource;
}

interface Services {
  /** Folder of the engine's bundles. */
  readonly engineFolder: string;
  readonly runs: { readonly changed: Event<RunEntry | null> };
  readonly current: Pick<CurrentRun, 'changed' | 'entry'>;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Shows what `vae check` finds on the images of the window's current run as problems of their files. Off unless a setting asks for
 * it: the images are encoded for it. A run is checked once it has ended, and again when it has new weights.
 */
export class ImageProblems implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly collection = this.disposables.add(vscode.languages.createDiagnosticCollection('vae'));
  private found = new Map<string, CheckFinding[]>();
  /** What is shown, or being looked for: the run and the step of its weights. */
  private key = '';
  private stop: AbortController | undefined;
  private shown: CheckedRun | undefined;

  constructor(private readonly host: Services) {
    const update = (): void => void this.update();
    this.disposables.add(host.runs.changed(update));
    this.disposables.add(host.current.changed(update));
    this.disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(Setting.problems)) update();
      }),
    );
  }

  /** The run whose images have problems; undefined while there are none. */
  get run(): CheckedRun | undefined {
    return this.shown;
  }

  /** Returns what was found on an image file. */
  of(path: string): readonly CheckFinding[] {
    return this.found.get(path) ?? [];
  }

  /** Paths of all files with problems. */
  get paths(): readonly string[] {
    return [...this.found.keys()];
  }

  /** Removes problems of a file, as they are dealt with. */
  settle(path: string): void {
    this.found.delete(path);
    this.collection.delete(fileUri(path));
  }

  dispose(): void {
    this.stop?.abort();
    this.disposables.dispose();
  }

  private async update(): Promise<void> {
    const wanted = this.wanted();
    const key = wanted?.key ?? '';
    if (key === this.key) return;
    this.key = key;
    this.stop?.abort();
    this.clear();
    if (!wanted) return;
    const stop = (this.stop = new AbortController());
    const { folder, source, data } = wanted;
    const { engineFolder } = this.host;
    // Imported on first use: most windows never check images.
    const work = import('../../endpoint/check-images').then(({ checkImages }) =>
      checkImages({ data, runFolder: folder, ...engineChoice(), engineFolder }, stop.signal),
    );
    showWorking(
      vscode.l10n.t('VAE: looking for problems of images'),
      work.catch(() => undefined),
    );
    try {
      const { findings } = await work;
      if (!stop.signal.aborted) this.show({ folder, source }, findings);
    } catch (error) {
      if (!stop.signal.aborted)
        this.host.log.warn(`the images of ${folder} were not checked: ${String(error)}`);
    }
  }

  /** Returns the run to check; undefined if none is wanted, or it has no model or no folder of images. */
  private wanted(): (CheckedRun & { readonly key: string; readonly data: string }) | undefined {
    if (!problemsWanted() || !vscode.workspace.isTrusted) return undefined;
    const { entry } = this.host.current;
    const step = entry?.record?.checkpoints.at(-1);
    if (!entry?.record || step === undefined) return undefined;
    if (entryOutcome(entry) === 'running') return undefined;
    const { source } = entry.record.config.data;
    if (source.kind !== 'folder') return undefined;
    return { folder: entry.folder, source, data: fileURLToPath(source.uri), key: `${entry.folder} ${step}` };
  }

  private show(run: CheckedRun, findings: readonly CheckFinding[]): void {
    this.shown = run;
    for (const finding of findings) {
      const { file } = finding;
      if (file !== null) this.found.set(file, [...(this.found.get(file) ?? []), finding]);
    }
    for (const [path, own] of this.found) this.collection.set(fileUri(path), own.map(diagnosticOf));
  }

  private clear(): void {
    this.shown = undefined;
    this.found = new Map();
    this.collection.clear();
  }
}

function diagnosticOf(finding: CheckFinding): vscode.Diagnostic {
  const start = new vscode.Range(0, 0, 0, 0);
  const severity =
    finding.level === 'note' ? vscode.DiagnosticSeverity.Information : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(start, problemText(finding, vscode.l10n.t), severity);
  diagnostic.source = SOURCE;
  diagnostic.code = finding.rule;
  const { otherFile } = finding;
  if (otherFile != null) {
    const place = new vscode.Location(fileUri(otherFile), start);
    diagnostic.relatedInformation = [
      new vscode.DiagnosticRelatedInformation(place, vscode.l10n.t('the other image')),
    ];
  }
  return diagnostic;
}
