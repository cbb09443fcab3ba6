import type { ModelUse, PixelScale } from '../engine/onnx/opened/use';
import type { Dataset } from '../datasets/dataset';
import { evenlySpread } from '../model/evaluation';
import type { TrialReply, TrialRequest } from '../engine-process/opened/open-files-job';
import { enlargedIfSmall, tileRows } from '../images/tiles';
import type { Pictures } from '../domain/pictures';
import { writePng } from './files';

type Try = (request: Pick<TrialRequest, 'answers' | 'images'>) => Promise<TrialReply>;

/** Images in a preview. */
const PREVIEW_IMAGES = 8;

/** The option that answers a question; `output-scale` is answered for both files by `--scale`. */
export const optionOf = (key: string): string => (key === 'output-scale' ? '--scale' : `--${key}`);

/**
 * Draws images above their reconstructions: by the use that is known or, while the scale of pixels is open, by each scale in the order
 * of the choices. @returns the scales drawn, from the top; null if the scale is known
 */
export async function drawPreview(
  path: string,
  answers: TrialRequest['answers'],
  attempt: Try,
  load: (use: ModelUse) => Promise<Dataset>,
): Promise<readonly PixelScale[] | null> {
  const first = await attempt({ answers, images: null });
  const isOpen = 'question' in first && first.question.key === 'output-scale';
  const choices = isOpen ? (first.question.choices as readonly PixelScale[]) : null;
  const scales: readonly (PixelScale | null)[] = choices ?? [null];
  const rows: Pictures[] = [];
  let originals: Pictures | null = null;
  for (const scale of scales) {
    const own = scale === null ? answers : { 'input-scale': scale, ...answers, 'output-scale': scale };
    originals ??= await originalsOf(own, attempt, load);
    const images = Buffer.from(originals.bytes).toString('base64');
    const reply = await attempt({ answers: own, images });
    if (!('use' in reply) || reply.reconstructed === null) throw new Error(problemOf(reply));
    const bytes = new Uint8Array(Buffer.from(reply.reconstructed, 'base64'));
    rows.push(originals, { ...originals, bytes });
  }
  const picture = tileRows(rows, 1);
  await writePng(path, enlargedIfSmall(picture, originals!.height));
  return choices;
}

async function originalsOf(
  answers: TrialRequest['answers'],
  attempt: Try,
  load: (use: ModelUse) => Promise<Dataset>,
): Promise<Pictures> {
  const reply = await attempt({ answers, images: null });
  if (!('use' in reply)) throw new Error(problemOf(reply));
  const { width, height, channels } = reply.use;
  const dataset = await load(reply.use);
  const all = Uint32Array.from({ length: dataset.count }, (_, i) => i);
  const rows = evenlySpread(all, PREVIEW_IMAGES);
  return { width, height, channels, count: rows.length, bytes: dataset.images.gather(rows) };
}

const problemOf = (reply: TrialReply): string =>
  'problem' in reply
    ? reply.problem
    : 'question' in reply
      ? reply.question.message
      : 'there is no reconstruction';
