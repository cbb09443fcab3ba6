import { fileURLToPath, pathToFileURL } from 'node:url';
import { RpcError } from '../../protocol/rpc';
import type { FilmFormat } from '../../protocol/panel';
import type { FilmFile } from '../../protocol/schemas/files';
import type { Handlers } from '../../protocol/rpc';
import type { RunAction } from '../../protocol/panel';
import { checked } from '../../protocol/schemas/method';
import { panelMethods } from '../../protocol/schemas/panel';
import type { ExplorerMethods } from '../../protocol/schemas/panel';
import { isRemoteActive } from '../../domain/remote-state';
import { readMetrics, readNewestMetrics } from '../../runs/metrics';
import type { RunRecord } from '../../runs/store';
import { permittedImage } from '../files';
import { Command } from '../identifiers';
import type { CommandId } from '../identifiers';
import type { ExtensionServices } from '../services';
import { givenName } from '../runs/run-item';
import { runView } from '../runs/run-view';
import type { ShownRun } from '../runs/shown-run';
import type { Translate } from '../format';
import { relayed } from '../webview/relay';
import type { AskEngine } from '../webview/relay';
import { directionHandlers } from '../directions/direction-handlers';
import { pathHandlers } from '../interpolation/path-handlers';
import { mapHandlers } from '../map/map-handlers';
import type { ImageActions } from '../map/map-handlers';

export interface ExplorerServices extends Pick<
  ExtensionServices,
  | 'engines'
  | 'cards'
  | 'attention'
  | 'selections'
  | 'mapFocus'
  | 'requestedDirection'
  | 'savedDirectionsChanged'
  | 'classifierChanged'
  | 'interpolation'
  | 'showInterpolation'
> {
  /** Run that the panel shows: the window's current one, or a fixed one. */
  readonly current: ShownRun;
  /** Workspace folders. */
  folders(): readonly string[];
  /** Runs a command as if the user had; not awaited, since it may ask questions. */
  execute(command: CommandId, ...args: unknown[]): void;
  openImage(path: string): Promise<void>;
  openFile(path: string): Promise<void>;
  /** Asks for confirmation before data is lost; `action` labels the button. */
  confirm(question: string, detail: string, action: string): Promise<boolean>;
  /** Asks where to save, suggesting this name, and writes a PNG file; false if the user cancelled. */
  savePicture(name: string, png: Uint8Array): Promise<boolean>;
  /** The same for an animated GIF. */
  askFilmFormat(formats: readonly FilmFormat[]): Promise<FilmFormat | null>;
  saveFilm(name: string, film: FilmFile): Promise<boolean>;
  /** Has the next training keep snapshots, in the person's settings. */
  keepSnapshots(): Promise<void>;
  readonly imageActions: ImageActions;
  mayStartEngine(): boolean;
  readonly t: Translate;
  log(message: string): void;
}

const RUN_COMMANDS: Readonly<Record<RunAction, CommandId>> = {
  switch: Command.switchRun,
  compare: Command.compareRuns,
  rename: Command.renameRun,
  notes: Command.editNotes,
  tag: Command.tagRun,
  export: Command.exportRun,
  attachClassifier: Command.attachClassifier,
  removeClassifier: Command.removeClassifier,
  trainAgain: Command.trainAgain,
  trainLonger: Command.trainLonger,
  reveal: Command.revealRun,
  delete: Command.deleteRun,
};

const isOnCluster = ({ remote }: RunRecord): boolean => remote !== null && isRemoteActive(remote.state);

/** Delay before a failed start of an engine is retried, when the page asks for it, in ms. */
const RETRY_DELAY_MS = 20_000;

/** Handles requests of the explorer panel. */
export function explorerHandlers(services: ExplorerServices): Handlers<ExplorerMethods> {
  const { current, engines, cards, t } = services;
  const folder = (): string | undefined => current.folder;
  /** Serving engines that are being started; concurrent requests wait for the same one. */
  const opening = new Map<string, Promise<string | null>>();
  /** Step of a run whose engine failed to start, and when to retry; otherwise each view of the page would retry at once. */
  const failed = new Map<string, { readonly step: number; readonly until: number }>();

  /** Returns the run if it has an engine to query; starts a serving engine for an ended run with a checkpoint. */
  async function model(): Promise<string> {
    const runFolder = await answering();
    if (runFolder !== null) return runFolder;
    throw new RpcError('not-ready', t('The model is not available: the run has no checkpoint yet.'));
  }

  async function answering(): Promise<string | null> {
    const runFolder = folder();
    if (runFolder === undefined) return null;
    const connection = engines.connection(runFolder);
    if (connection.connected) return runFolder;
    const record = current.entry?.record;
    const last = record?.checkpoints.at(-1);
    // A cluster has no engine here: what was fetched last answers.
    const isTrainedHere = record?.outcome === 'running' && !isOnCluster(record);
    if (isTrainedHere || last === undefined || !services.mayStartEngine()) return null;
    const failure = failed.get(runFolder);
    if (failure?.step === last && performance.now() < failure.until) return null;
    const under = opening.get(runFolder) ?? open(runFolder, last);
    opening.set(runFolder, under);
    return under.finally(() => opening.delete(runFolder));
  }

  async function open(runFolder: string, step: number): Promise<string | null> {
    try {
      await engines.answering(runFolder);
      failed.delete(runFolder);
      return runFolder;
    } catch (error) {
      failed.set(runFolder, { step, until: performance.now() + RETRY_DELAY_MS });
      services.log(`cannot open the model of ${runFolder}: ${String(error)}`);
      return null;
    }
  }

  /** Suggests a name for a picture or a film: that of the run, and what it shows. */
  const nameOf = (what: string): string => {
    const name = givenName(current.entry?.record);
    return name === undefined ? what : `${name}-${what}`;
  };

  const datasetSource = () => current.entry?.record?.config.data.source;

  function datasetFolder(): string[] {
    const source = datasetSource();
    try {
      return source?.kind === 'folder' ? [fileURLToPath(source.uri)] : [];
    } catch {
      return [];
    }
  }

  const ask: AskEngine = async (method, params, signal) => engines.ask(await model(), method, params, signal);

  /** Rejects files that the user has not encoded: a webview must not make the engine read others. */
  function encodedOnly(uris: readonly unknown[]): void {
    const known = new Set<unknown>(cards.uris);
    if (!uris.every((uri) => known.has(uri)))
      throw new RpcError('bad-input', 'expected images of the encode cards');
  }

  const onCurrent = (command: CommandId) => (): void => services.execute(command, folder());

  const own = checked(panelMethods, {
    run() {
      const runFolder = folder();
      if (runFolder === undefined) return null;
      const { entry } = current;
      const status = engines.connection(runFolder).status ?? entry?.followed?.status ?? null;
      const view = runView(runFolder, entry?.record ?? null, status, t, entry?.damage, entry?.awaited);
      return { ...view, mayOpenModels: services.mayStartEngine() };
    },
    async metrics({ since, whole }) {
      const runFolder = folder();
      if (runFolder === undefined) return { rows: [], isWhole: true };
      const connection = engines.connection(runFolder);
      if (connection.status) {
        try {
          const rows = await connection.call('metrics', { since }, AbortSignal.timeout(5000));
          return { rows, isWhole: true };
        } catch (error) {
          if (!(error instanceof RpcError)) throw error;
          services.log(`metrics come from the folder, not from the engine: ${error.message}`);
        }
      }
      const { rows, isWhole } = whole
        ? { rows: await readMetrics(runFolder), isWhole: true }
        : await readNewestMetrics(runFolder);
      return { rows: rows.filter((row) => row.step > since), isWhole };
    },
    async cards(_params, signal) {
      const { uris } = cards;
      if (uris.length === 0) return [];
      const runFolder = await model();
      const offered = cards.takeOffered(runFolder, uris);
      const missing = uris.filter((uri) => !offered.has(uri));
      const made =
        missing.length === 0 ? [] : await engines.ask(runFolder, 'encode', { uris: missing }, signal);
      const all = new Map([...offered, ...made.map((card) => [card.uri, card] as const)]);
      return uris.flatMap((uri) => all.get(uri) ?? []);
    },
    clearCards: () => cards.clear(),
    removeCards: ({ uris }) => cards.remove(uris),
    savePicture: ({ of, png }) => services.savePicture(nameOf(of), png),
    askFilmFormat: ({ formats }) => services.askFilmFormat(formats),
    saveFilm: ({ of, file }) => services.saveFilm(nameOf(of), file),
    stop: onCurrent(Command.stop),
    pause: onCurrent(Command.pause),
    continueTraining: onCurrent(Command.continueTraining),
    resume: ({ learningRate }) => services.execute(Command.resume, folder(), learningRate),
    attention() {
      const { attention } = services;
      const runFolder = folder();
      const route = runFolder === undefined ? null : attention.take(pathToFileURL(runFolder).href);
      return { route, working: attention.working };
    },
    noteSelection({ ids }) {
      const runFolder = folder();
      if (runFolder !== undefined) services.selections.note(runFolder, ids);
    },
    train: () => services.execute(Command.train),
    showLog: onCurrent(Command.showLog),
    keepSnapshots: () => services.keepSnapshots(),
    actOnRun: ({ action }) => services.execute(RUN_COMMANDS[action], current.entry ?? folder()),
    async openImage({ uri }) {
      const path = await permittedImage(uri, cards.uris, [...services.folders(), ...datasetFolder()]);
      await services.openImage(path);
    },
    ...mapHandlers({
      ...{ ...services, runFolder: folder, source: datasetSource },
      datasetFolder: () => datasetFolder()[0],
    }),
    ...directionHandlers({ ...services, runFolder: folder }),
    ...pathHandlers({ ...services, model, permit: encodedOnly }),
  });
  return { ...own, ...relayed(ask, encodedOnly) };
}
