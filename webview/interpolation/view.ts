import type {
  InterpolationEvents,
  InterpolationMethods,
  InterpolationRequest,
} from '../../src/protocol/panel';
import { RpcError, toFailure, type Client } from '../../src/protocol/rpc';
import { element, setAttributes, setText } from '../element';
import { count } from '../format';
import type { ViewState } from '../host';
import { latestWins } from '../latest';
import { paint, pictureCanvas } from '../pictures';
import { button, radioGroup } from '../toolkit';
import { Player } from '../player';
import { Strip } from './strip';
import type { InterpolationState } from './view-state';

export type InterpolationClient = Client<InterpolationMethods, InterpolationEvents>;

/** A picture that decodes while the slider moves, above the two paths as strips. */
export class InterpolationView {
  readonly element: HTMLElement;
  readonly #picture = element('canvas', { class: 'picture big', role: 'img' });
  readonly #slider = element('input', {
    type: 'range',
    min: 0,
    max: 1,
    step: 0.01,
    'aria-label': 'Place on the path, t',
  });
  readonly #place = element('output', { class: 'place' });
  readonly #ends = element('div', { class: 'ends' });
  readonly #step = element('span', { class: 'quiet' });
  readonly #trouble = element('p', { class: 'error-text', role: 'alert', hidden: true });
  readonly #linear = new Strip('Linear', (t) => this.#choose(t, false));
  readonly #spherical = new Strip('Spherical', (t) => this.#choose(t, true));
  readonly #player = new Player(
    () => this.state.value.t,
    (t) => this.#move({ t }),
  );
  readonly #play = button({ label: 'Play', onClick: () => this.#togglePlay() });
  readonly #mode;
  #request: InterpolationRequest | undefined;

  constructor(
    private readonly client: InterpolationClient,
    private readonly state: ViewState<InterpolationState>,
    pick: () => void,
  ) {
    const choices = [
      { value: 'linear', label: 'Linear' },
      { value: 'spherical', label: 'Spherical' },
    ] as const;
    this.#mode = radioGroup('Path', choices, state.value.spherical ? 'spherical' : 'linear', (mode) =>
      this.#move({ spherical: mode === 'spherical' }),
    );
    this.#slider.addEventListener('input', () => {
      this.#pause();
      this.#move({ t: Number(this.#slider.value) });
    });
    this.element = element(
      'main',
      { class: 'interpolation' },
      this.#ends,
      element('div', { class: 'stage' }, this.#picture),
      element('div', { class: 'slide' }, this.#slider, this.#place),
      element('div', { class: 'controls' }, this.#mode, this.#play),
      this.#trouble,
      this.#linear.element,
      this.#spherical.element,
      element('footer', {}, this.#step, button({ label: 'Pick Two Images…', onClick: pick })),
    );
  }

  show(request: InterpolationRequest): void {
    this.#request = request;
    const { interpolation, fromName, toName } = request;
    const { linear, step } = interpolation;
    this.#ends.replaceChildren(
      end(pictureCanvas(linear, 0, ''), fromName, 'from'),
      end(pictureCanvas(linear, linear.count - 1, ''), toName, 'to'),
    );
    setText(this.#step, `step ${count(step)}`);
    this.#linear.show(linear);
    this.#spherical.show(interpolation.spherical);
    setAttributes(this.#trouble, { hidden: true });
    // The nearest frame stands in until the exact one is decoded.
    const frames = this.#frames(request);
    paint(this.#picture, frames, Math.round(this.state.value.t * (frames.count - 1)));
    this.#move({});
  }

  pause(): void {
    this.#pause();
  }

  #move(patch: Partial<InterpolationState>): void {
    this.state.update(patch);
    const { t, spherical } = this.state.value;
    this.#slider.value = String(t);
    setText(this.#place, t.toFixed(2));
    this.#linear.mark(spherical ? null : t);
    this.#spherical.mark(spherical ? t : null);
    const path = spherical ? 'spherical' : 'linear';
    setAttributes(this.#picture, { 'aria-label': `Decoded at t ${t.toFixed(2)} of the ${path} path` });
    if (this.#request !== undefined) this.#decode(this.#request);
  }

  readonly #decode = latestWins(async (request: InterpolationRequest) => {
    const { t, spherical } = this.state.value;
    try {
      const frame = await this.client.call('frame', { t, spherical });
      // Two other images may have been chosen meanwhile.
      if (request === this.#request) paint(this.#picture, frame, 0);
      setAttributes(this.#trouble, { hidden: true });
    } catch (error) {
      if (error instanceof RpcError && error.code === 'superseded') return;
      this.#pause();
      setText(this.#trouble, toFailure(error).message);
      setAttributes(this.#trouble, { hidden: false });
    }
  });

  #choose(t: number, spherical: boolean): void {
    this.#pause();
    this.#mode.value = spherical ? 'spherical' : 'linear';
    this.#move({ t, spherical });
  }

  #togglePlay(): void {
    this.#player.toggle();
    setText(this.#play, this.#player.playing ? 'Pause' : 'Play');
  }

  #pause(): void {
    this.#player.pause();
    setText(this.#play, 'Play');
  }

  #frames({ interpolation }: InterpolationRequest): InterpolationRequest['interpolation']['linear'] {
    return this.state.value.spherical ? interpolation.spherical : interpolation.linear;
  }
}

function end(canvas: HTMLCanvasElement, name: string, kind: string): HTMLElement {
  canvas.setAttribute('aria-hidden', 'true');
  return element(
    'div',
    { class: `end ${kind}` },
    canvas,
    element('span', { class: 'end-name', title: name }, name),
  );
}
