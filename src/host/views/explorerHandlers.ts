import { fileURLToPath } from 'node:url';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import type { ExplorerMethods } from '../../protocol/panel';
import { readMetrics } from '../../runs/metrics';
import type { Cards } from '../cards';
import type { CurrentRun } from '../currentRun';
import type { Engines } from '../engines';
import { permittedImage } from '../files';
import { Command } from '../identifiers';
import type { CommandId } from '../identifiers';
import type { MapFocus } from '../mapFocus';
import { runView } from '../runs/runView';
import type { Translate } from '../text';
import { mapHandlers } from './mapHandlers';

export interface ExplorerServices {
  readonly current: CurrentRun;
  readonly engines: Engines;
  readonly cards: Cards;
  readonly mapFocus: MapFocus;
  /** Folders of the workspace. */
  folders(): readonly string[];
  /** Runs a command as if the person had; never waited for: it may ask questions. */
  execute(command: CommandId, ...args: unknown[]): void;
  openImage(path: string): Promise<void>;
  mayStartEngine(): boolean;
  readonly t: Translate;
  log(message: string): void;
}

/** What the explorer panel may ask of the host. */
export function explorerHandlers(services: ExplorerServices): Handlers<ExplorerMethods> {
  const { current, engines, cards, t } = services;
  const folder = (): string | undefined => current.folder;
  /** Steps at which a run's engine could not be started: not tried again until the run has moved on. */
  const failed = new Map<string, number>();

  /** The run, once it has an engine to ask; for an ended run with a checkpoint one is started to serve it. */
  async function answering(): Promise<string | null> {
    const runFolder = folder();
    if (runFolder === undefined) return null;
    const attachment = engines.attachment(runFolder);
    if (attachment.connected) return runFolder;
    const record = current.entry?.record;
    const last = record?.checkpoints.at(-1);
    if (record?.outcome === 'running' || last === undefined || !services.mayStartEngine()) return null;
    if (failed.get(runFolder) === last) return null;
    try {
      await engines.answering(runFolder);
      return runFolder;
    } catch (error) {
      failed.set(runFolder, last);
      services.log(`cannot open the model of ${runFolder}: ${String(error)}`);
      return null;
    }
  }

  function datasetFolder(): string[] {
    const source = current.entry?.record?.config.data.source;
    try {
      return source?.kind === 'folder' ? [fileURLToPath(source.uri)] : [];
    } catch {
      return [];
    }
  }

  const onCurrent = (command: CommandId) => (): void => services.execute(command, folder());

  return {
    run() {
      const runFolder = folder();
      if (runFolder === undefined) return null;
      const { status } = engines.attachment(runFolder);
      return runView(runFolder, current.entry?.record ?? null, status, t);
    },
    async metrics({ since }) {
      const runFolder = folder();
      if (runFolder === undefined) return [];
      const attachment = engines.attachment(runFolder);
      if (attachment.status) {
        try {
          return await attachment.call('metrics', { since }, AbortSignal.timeout(5000));
        } catch (error) {
          if (!(error instanceof RpcError)) throw error;
          services.log(`metrics come from the folder, not from the engine: ${error.message}`);
        }
      }
      return (await readMetrics(runFolder)).filter((row) => row.step > since);
    },
    async reconstructions(_params, signal) {
      const runFolder = await answering();
      return runFolder === null ? null : engines.ask(runFolder, 'reconstructions', {}, signal);
    },
    async cards(_params, signal) {
      const { uris } = cards;
      if (uris.length === 0) return [];
      const runFolder = await answering();
      return runFolder === null ? [] : engines.ask(runFolder, 'encode', { uris }, signal);
    },
    clearCards: () => cards.clear(),
    async evaluate(params, signal) {
      const runFolder = await answering();
      if (runFolder === null) {
        throw new RpcError('not-ready', t('There is no model to evaluate: the run has no checkpoint yet.'));
      }
      return engines.ask(runFolder, 'evaluate', params, signal);
    },
    stop: onCurrent(Command.stop),
    pause: onCurrent(Command.pause),
    continueTraining: onCurrent(Command.continueTraining),
    resume: onCurrent(Command.resume),
    train: () => services.execute(Command.train),
    showLog: onCurrent(Command.showLog),
    interpolateCards({ from, to }) {
      const known = new Set(cards.uris);
      if (!known.has(from) || !known.has(to))
        throw new RpcError('bad-input', 'expected two images of the encode cards');
      services.execute(Command.interpolate, { images: [from, to], run: folder() });
    },
    async openImage({ uri }) {
      const path = await permittedImage(uri, cards.uris, [...services.folders(), ...datasetFolder()]);
      await services.openImage(path);
    },
    ...mapHandlers({ ...services, answering, datasetFolder: () => datasetFolder()[0] }),
  };
}
