import { openEndpoint } from '../../endpoint/server';
import type { EndpointServer } from '../../endpoint/server';
import type { EngineContext } from '../context';
import { RunClassifier } from '../classifier/run-classifier';
import { EncodeDatasetJob } from '../map/encode-dataset-job';
import type { LatentsOptions } from '../map/encode-dataset-job';
import { withLimit } from '../../text/system-limit';
import { PRODUCT_VERSION } from '../product';
import type { EngineOptions } from '../programs/engine-options';
import type { RunLog } from '../run-log';
import { engineService } from '../services/engine-service';
import { Snapshots } from '../snapshots/snapshots';
import type { SnapshotOptions } from '../snapshots/snapshots';

/** Where the model of a run comes from: its training, or its newest checkpoint. */
type ModelSource = Omit<EngineContext, 'latents' | 'snapshots' | 'classifier'> &
  Pick<LatentsOptions, 'snapshot'> &
  Pick<SnapshotOptions, 'open'>;

/** An endpoint without clients. */
const UNREACHABLE: EndpointServer = {
  emit: () => undefined,
  clientCount: () => 0,
  close: () => Promise.resolve(),
};

interface Options extends ModelSource {
  /** What the run's engine was chosen by. */
  readonly engine: EngineOptions;
  /** Called with the reason if no client can connect; if absent, `open` throws it instead. */
  readonly onUnreachable?: ((reason: string) => void) | undefined;
}

/** Answers the clients of a run, and works in the background for them. */
export class ClientService {
  private constructor(
    readonly endpoint: EndpointServer,
    private readonly latents: EncodeDatasetJob,
    private readonly snapshots: Snapshots,
    private readonly classifier: RunClassifier,
  ) {}

  static async open(runFolder: string, log: RunLog, source: Options): Promise<ClientService> {
    const { runStatus } = source;
    const options = { ...source, runFolder };
    const logged = { ...options, log: (message: string) => log.write(message) };
    const latents = new EncodeDatasetJob(logged);
    const classifier = new RunClassifier(logged);
    const snapshots = new Snapshots(options);
    const handlers = engineService({ ...source, latents, snapshots, classifier });
    const endpoint = await openEndpoint(runFolder, PRODUCT_VERSION, handlers).catch((error: Error) => {
      if (source.onUnreachable === undefined) throw error;
      source.onUnreachable(withLimit(error));
      return UNREACHABLE;
    });
    runStatus.listen({
      status: ({ step, state }) => endpoint.emit('changed', { step, state }),
      reconstructed: (step) => endpoint.emit('reconstructed', { step }),
    });
    return new ClientService(endpoint, latents, snapshots, classifier);
  }

  /** Whether it works for a client in the background. */
  get busy(): boolean {
    return this.latents.busy || this.classifier.busy;
  }

  /** Cancels what it does in the background. */
  cancel(): void {
    this.latents.close();
    this.classifier.close();
  }

  async close(): Promise<void> {
    this.cancel();
    await this.endpoint.close();
    await this.snapshots.close();
  }
}
