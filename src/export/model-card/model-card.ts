import { binarised } from '../../datasets/sampling/binarise';
import { splitDataset } from '../../datasets/split';
import type { Dataset } from '../../datasets/dataset';
import { EXPORT_FILES } from '../../domain/export-formats';
import type { ValidationRow } from '../../domain/metrics';
import { DataError } from '../../images/data-error';
import { evaluateModel } from '../../model/evaluation';
import type { Model } from '../../model/model';
import { readAbout } from '../../runs/about';
import { readMetrics } from '../../runs/metrics';
import { driven, imagesOf, sentence, withModel } from '../encoded-images';
import type { ExportedFile, TrainedRun } from '../trained-run';
import type { ExportWork } from '../work';
import { modelCard } from './card';
import { reconstructionsPng, samplesPng } from './pictures';

/** Noise of the test bound: as of `vae evaluate` unless told otherwise. */
const NOISE = { draws: 1, seed: 0 };

/** Makes a model card and its pictures. @throws RunError; the abort reason */
export async function modelCardFiles(run: TrainedRun, work: ExportWork): Promise<ExportedFile[]> {
  const about = await readAbout(run.folder);
  const best = bestOf(await readMetrics(run.folder));
  const dataset = await readable(run, work);
  const [card, reconstructions, samples] = EXPORT_FILES['model-card'];
  return withModel(run, work, async (model) => {
    const seen = dataset && (await onTestImages(model, dataset, work));
    const facts = {
      ...{ about, best, noise: NOISE, test: seen?.bound ?? null, split: seen?.split ?? null },
      pictures: { reconstructions: seen && reconstructions, samples },
    };
    return [
      { name: card, content: modelCard(run, facts) },
      ...(seen ? [{ name: reconstructions, content: [seen.png] }] : []),
      { name: samples, content: [await samplesPng(model, run.config.seed)] },
    ];
  });
}

function bestOf(rows: Awaited<ReturnType<typeof readMetrics>>): ValidationRow | null {
  const validations = rows.filter((row) => row.type === 'validation');
  return validations.reduce<ValidationRow | null>(
    (best, row) => (best === null || row.elbo > best.elbo ? row : best),
    null,
  );
}

/** Loads the run's images; null, with a note, if they cannot be read. */
async function readable(run: TrainedRun, work: ExportWork): Promise<Dataset | null> {
  try {
    return await imagesOf(run, work);
  } catch (error) {
    if (!(error instanceof DataError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    work.note(`There are no reconstructions and no test bound. ${sentence((error as Error).message)}`);
    return null;
  }
}

async function onTestImages(model: Model, images: Dataset, work: ExportWork) {
  const { binarisation, split: request } = model.config.data;
  const split = splitDataset(images, request);
  const dataset = binarised(images, binarisation, request.seed);
  const options = { ...NOISE, importance: 0 };
  const bound = await driven(evaluateModel(model, dataset, split.test, options), work, ({ done, total }) =>
    work.onProgress('test images', done, total),
  );
  return { split, bound, png: await reconstructionsPng(model, dataset, split.test) };
}
