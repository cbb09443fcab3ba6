import * as z from 'zod';
import type { ImageCard } from '../../domain/pictures';
import { formatCount } from '../../text/format-count';
import { image, run as runField } from '../fields';
import type { ImageReference } from '../fields';
import { drawn, joined, numbers, rounded } from '../pictures';
import { placeOf } from '../place-of';
import { modelRunOf } from '../run-of';
import { defineTool } from '../tool';
import type { ToolCall } from '../tool';
import { counted } from '../counted';

const MAX_IMAGES = 64;
/** Images shown in the picture. */
const MAX_SHOWN = 16;

type Card = Omit<ImageCard, 'uri'>;
type Encoded = Card | { readonly error: string };

/** Encodes images. */
export const encodeImages = defineTool({
  name: 'vae_encode_images',
  title: 'Encode Images',
  description:
    'Encodes images with a run: the posterior mean and standard deviation in each latent dimension, the KL of each, and the bound of the image in nats (an image with a low bound is unlike what the model has learnt). The picture shows each image as the model sees it above its reconstruction.',
  access: 'read',
  input: z.strictObject({ run: runField, images: z.array(image).min(1).max(MAX_IMAGES) }),
  async run({ run: text, images }, call) {
    const { folder, name } = await modelRunOf(call.host, text);
    const encoded = await encode(call, folder, images);
    const cards = encoded.filter((each): each is Card => !('error' in each));
    const shown = cards.slice(0, MAX_SHOWN);
    const failed = encoded.length - cards.length;
    return {
      text: `${counted(cards.length, 'image')} encoded by ${name}${failed > 0 ? `; ${formatCount(failed)} could not be read` : ''}`,
      data: {
        run: name,
        step: cards[0]?.step ?? null,
        images: encoded.map((each, i) => described(images[i]!, each)),
      },
      pictures:
        shown.length === 0
          ? []
          : [
              drawn('Images as the model sees them (above) and their reconstructions (below)', [
                joined(shown.map(({ original }) => original)),
                joined(shown.map(({ reconstructed }) => reconstructed)),
              ]),
            ],
    };
  },
});

/** Encodes files by their paths and dataset images by their ids, in the given order. */
async function encode(
  { host, signal }: ToolCall,
  folder: string,
  images: readonly ImageReference[],
): Promise<Encoded[]> {
  const places = await Promise.all(images.map((each) => placeOf(host, each)));
  const uris = places.flatMap((place) => ('uri' in place ? [place.uri] : []));
  const ids = places.flatMap((place) => ('id' in place ? [place.id] : []));
  const ofFiles = uris.length === 0 ? [] : await host.ask(folder, 'encode', { uris }, signal);
  const ofIds = ids.length === 0 ? [] : await host.ask(folder, 'mapCards', { ids }, signal);
  const next = { file: 0, id: 0 };
  return places.map((place) => ('uri' in place ? ofFiles[next.file++]! : ofIds[next.id++]!));
}

function described(reference: ImageReference, card: Encoded): object {
  if ('error' in card) return { ...reference, error: card.error };
  const { elbo, reconstruction, kl, mean, standardDeviation, klPerDimension } = card;
  return {
    ...reference,
    ...{ elbo: rounded(elbo), reconstruction: rounded(reconstruction), kl: rounded(kl) },
    ...{
      mean: numbers(mean),
      standardDeviation: numbers(standardDeviation),
      klPerDimension: numbers(klPerDimension),
    },
  };
}
