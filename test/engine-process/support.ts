import { loadDataset } from '../../src/datasets/load';
import type { Dataset } from '../../src/datasets/dataset';
import { RandomStream } from '../../src/random/stream';
import { encodeDataset } from '../../src/model/encode-dataset';
import type { Model } from '../../src/model/model';
import { parseRequest } from '../../src/runs/settings/parse-request';
import { planRun } from '../../src/training/plan';
import { initialiseParameters } from '../../src/vae/parameters';
import { RunStatus } from '../../src/engine-process/jobs/run-status';
import { RunClassifier } from '../../src/engine-process/classifier/run-classifier';
import { EncodedDataset } from '../../src/engine-process/map/encoded-dataset';
import { EncodeDatasetJob } from '../../src/engine-process/map/encode-dataset-job';
import { Scheduler } from '../../src/engine-process/scheduler';
import { Snapshots } from '../../src/engine-process/snapshots/snapshots';
import type { EngineContext } from '../../src/engine-process/context';
import { cpuEngine } from '../support/engines';
import { shapeOf } from '../../src/runs/run-shape';

/** A model of 8x8 digits with its start weights, at step 12, and its 200 images. */
export async function tinyModel(latent = 2): Promise<{ dataset: Dataset; model: Model }> {
  const source = { kind: 'digits', count: 200, seed: 1 } as const;
  const dataset = await loadDataset(source, { width: 8, height: 8 });
  const engine = await cpuEngine();
  const set = { width: '8', height: '8', hidden: '6', latent: String(latent) };
  const surroundings = { runName: 'run', now: new Date(0), product: '', node: '', platform: '' };
  const config = planRun(
    parseRequest({ source, preset: 'fast', seed: 3, set }),
    dataset,
    engine.description,
    surroundings,
  );
  const session = await engine.open(config.model, null, new Uint8Array(0));
  const stream = new RandomStream(3, 'initialise');
  const parameters = initialiseParameters(config.model, config.initialisation, (block, count) =>
    stream.normals(block, count),
  );
  await session.load({ step: 0, parameters, slots: {} });
  return { dataset, model: { config, shape: shapeOf(config), session, step: 12 } };
}

/** A model of 8x8 digits and its images, encoded. */
export async function encodedTinyModel(latent = 2) {
  const { dataset, model } = await tinyModel(latent);
  const encoding = encodeDataset(model, dataset);
  for (;;) {
    const next = await encoding.next();
    if (next.done) return { dataset, model, set: await EncodedDataset.of(next.value) };
  }
}

const unused = (): never => {
  throw new Error('not part of this');
};

/** What a service needs of its process. */
export function contextOf(model: () => Model | null, dataset: Dataset, runFolder = ''): EngineContext {
  return {
    mode: 'serve',
    runStatus: new RunStatus('file:///run', 'serving'),
    scheduler: new Scheduler(),
    latents: new EncodeDatasetJob({
      ...{ runFolder: '', scheduler: new Scheduler(), dataset: unused, snapshot: unused, log: unused },
    }),
    classifier: new RunClassifier({
      ...{ runFolder, engine: { engine: 'onnx', threads: 1 }, log: unused },
      dataset: () => Promise.resolve(dataset),
    }),
    snapshots: new Snapshots({
      ...{ runFolder: '', scheduler: new Scheduler(), model, dataset: unused, open: unused },
    }),
    model,
    dataset: () => Promise.resolve(dataset),
    stop: unused,
    pause: unused,
    continueTraining: unused,
  };
}
