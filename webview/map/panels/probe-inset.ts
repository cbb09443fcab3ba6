import type { Probe } from '../../../src/protocol/latent';
import { LivePicture } from '../../decoder/live-picture';
import { MapPlane } from '../../decoder/map-plane';
import type { PanelDecoder } from '../../decoder/panel-decoder';
import type { DecodedPictures } from '../../../src/domain/pictures';
import { CallStatus } from '../../shared/call-status';
import { element, setAttributes, setText } from '../../shared/element';
import type { ExplorerClient } from '../../shared/run-session';
import { coordinate, count, nats } from '../../shared/format';
import { latestWins } from '../../shared/latest-wins';
import { nearThumbnails } from '../../shared/near-images';
import { displayWidth, paint } from '../../shared/pictures';
import { t } from '../../shared/l10n';
import type { LatentPlace } from '../../../src/protocol/schemas/latent';
import { ifReady } from '../../shared/if-ready';

const PICTURE_PIXELS = 112;
const NEIGHBOUR_COUNT = 3;
const NEAR_SIDE = 44;

/** A position on the map or a latent point, with an explanation; empty if that is given elsewhere. */
export type ProbeRequest = LatentPlace & { readonly explanation: string };

/** Appearance of an inset. */
export interface ProbePosition {
  readonly class: string;
  readonly title: string;
  /** Hint shown while there is no content. */
  readonly hint: string;
  /** Whether the inset shows the decoded picture itself. */
  readonly picture: boolean;
}

const ON_MAP: ProbePosition = {
  class: 'map-probe',
  title: t('Decoded here'),
  hint: t('Move over the map to decode there. Click beside the points to pin the position.'),
  picture: true,
};

export interface ProbeInsetEvents {
  /** An image with its own file was clicked. */
  open(id: string): void;
  /** An image inside a container file was clicked. */
  choose(id: string): void;
}

/**
 * The decoder's output at the position under the mouse, with the nearest actual images. The panel itself decodes the picture, if
 * it can; the rest comes from the engine. One request is in progress at a time; of the positions passed meanwhile, only the last
 * is requested.
 */
export class ProbeInset {
  readonly element: HTMLElement;
  private readonly canvas = element('canvas', { class: 'picture', role: 'img' });
  private readonly facts = element('dl', { class: 'probe-facts' });
  private readonly near = element('div');
  private readonly explanation = element('p', { class: 'quiet' });
  private readonly hint = element('p', { class: 'quiet hint' });
  private readonly asking = new CallStatus();
  private readonly body: HTMLElement;
  private readonly plane: MapPlane;
  private readonly live: LivePicture | null;
  private isWanted = false;
  /** Step of the picture shown, if the panel decoded it. */
  private ownStep: number | null = null;

  constructor(
    private readonly client: ExplorerClient,
    decoder: PanelDecoder,
    private readonly events: ProbeInsetEvents,
    { class: name, title, hint, picture }: ProbePosition = ON_MAP,
  ) {
    this.plane = new MapPlane(client);
    // The engine decodes with the probe what the panel cannot.
    this.live = picture ? new LivePicture(decoder, 'probe', { draw: (drawn) => this.paint(drawn) }) : null;
    this.body = element(
      'div',
      { hidden: true },
      element('div', { class: 'probe-body' }, picture && this.canvas, this.facts),
      this.near,
      this.explanation,
    );
    setText(this.hint, hint);
    this.element = element(
      'div',
      { class: `probe ${name}`, role: 'region', 'aria-label': title },
      element('h3', {}, title),
      this.asking.element,
      this.hint,
      this.body,
    );
  }

  /** Clears the content and ignores pending requests. */
  clear(): void {
    this.isWanted = false;
    this.live?.clear();
    setAttributes(this.body, { hidden: true });
    setAttributes(this.hint, { hidden: false });
  }

  ask(place: ProbeRequest): void {
    this.isWanted = true;
    this.ownStep = null;
    const z = 'z' in place ? place.z : this.plane.pointAt(place);
    if (z === null) this.live?.clear();
    else this.live?.show(z);
    this.pull(place);
  }

  private readonly pull = latestWins(({ explanation, ...place }: ProbeRequest) =>
    this.asking.ask(async () => {
      const probe = await ifReady(
        this.client.call('probe', { view: 'probe', place, nearest: NEIGHBOUR_COUNT }),
      );
      if (probe !== null && this.isWanted) this.show(probe, explanation);
    }),
  );

  /** Shows the picture of the position as soon as it is decoded, next to what is known of the last one. */
  private paint(picture: DecodedPictures): void {
    this.ownStep = picture.step ?? null;
    paint(this.canvas, picture, 0);
    this.canvas.style.width = `${displayWidth(picture, PICTURE_PIXELS)}px`;
    setAttributes(this.body, { hidden: false });
    setAttributes(this.hint, { hidden: true });
  }

  private show(probe: Probe, explanation: string): void {
    const { norm, density, nearest, z, standsFor } = probe;
    const step = this.ownStep ?? probe.step;
    if (this.ownStep === null) {
      paint(this.canvas, probe.picture, 0);
      this.canvas.style.width = `${displayWidth(probe.picture, PICTURE_PIXELS)}px`;
    }
    setAttributes(this.canvas, { 'aria-label': t('Decoded at |z| {0}', coordinate(norm)) });
    const fact = (name: string, value: string, title: string): HTMLElement =>
      element('div', { title }, element('dt', {}, name), element('dd', {}, value));
    const usual = `\u221a${z.length} = ${coordinate(Math.sqrt(z.length))}`;
    this.facts.replaceChildren(
      fact('|z|', `${coordinate(norm)} (${usual})`, t('The prior has nearly all its mass near |z| = √d')),
      ...(density === null
        ? []
        : [
            fact(
              t('log density'),
              t('{0} nats', nats(density.value)),
              t('Of the normal distribution fitted to the aggregate posterior of all encoded images'),
            ),
            fact(
              t('density above'),
              t('{0} of images', percent(density.rank)),
              t('Of {0} encoded images, at their posterior means', count(density.images)),
            ),
          ]),
      ...(nearest?.distances[0] === undefined
        ? []
        : [
            fact(
              t('nearest at'),
              coordinate(nearest.distances[0]),
              t('Euclidean distance to a posterior mean'),
            ),
          ]),
    );
    this.near.replaceChildren();
    if (nearest === null)
      this.near.append(t('Make the map to see the nearest images and the density at this point.'));
    else {
      const act = (i: number): void => {
        const id = nearest.ids[i]!;
        if (nearest.uris[i] == null) this.events.choose(id);
        else this.events.open(id);
      };
      this.near.append(nearThumbnails(nearest, NEAR_SIDE, t('Open'), act));
    }
    const steps =
      nearest === null || nearest.step === step
        ? ''
        : ` ${t('Map of step {0}, decoded at step {1}.', count(nearest.step), count(step))}`;
    const image =
      standsFor === null
        ? ''
        : ` ${t('Here that is {0}, {1} away on the map.', standsFor.id, coordinate(standsFor.distance))}`;
    setText(this.explanation, `${explanation === '' ? '' : `${explanation}.`}${image}${steps}`.trim());
    setAttributes(this.body, { hidden: false });
    setAttributes(this.hint, { hidden: true });
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
