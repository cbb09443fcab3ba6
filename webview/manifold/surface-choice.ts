import type { Surface } from '../../src/protocol/schemas/engine';
import { dimensionsBy } from '../shared/activity';
import { encodedStartPoints, startPointOf } from '../shared/start-points';
import type { StartPoint } from '../shared/start-points';
import { element, setAttributes } from '../shared/element';
import type { RunSession } from '../shared/run-session';
import type { Choices } from '../shared/choices';
import type { ViewState } from '../shared/view-state';
import { Select } from '../shared/select';
import { radioGroup } from '../shared/toolkit';
import { t } from '../shared/l10n';

/** A surface and the names of the images that define it. */
export interface ChosenSurface {
  readonly surface: Surface;
  /** Names of the three images of a plane; empty for two dimensions. */
  readonly images: readonly string[];
}

const KINDS = [
  { value: 'dimensions', label: t('Two dimensions') },
  { value: 'plane', label: t('Plane through three images') },
] as const;
const CORNERS = ['A', 'B', 'C'];

/**
 * Chooses the surface of the manifold: two dimensions, by default those of largest KL, or a plane through three encoded
 * images.
 */
export class SurfaceChoice {
  readonly element: HTMLElement;
  private readonly kind: HTMLElement;
  private readonly dimensions = element('div', { class: 'switches' });
  private readonly images = element('div', { class: 'switches' });
  private readonly hint = element('span', { class: 'quiet' }, t('Encode three images first.'));
  private readonly axes: readonly Select[];
  private readonly corners: readonly Select[];

  constructor(
    private readonly model: RunSession,
    private readonly state: ViewState<Choices>,
    private readonly onChange: () => void,
  ) {
    this.kind = radioGroup(t('Surface'), KINDS, this.isPlane ? 'plane' : 'dimensions', (surface) =>
      this.choose({ surface }),
    );
    this.axes = (['across', 'up'] as const).map(
      (axis) =>
        new Select(axis === 'across' ? t('Across') : t('Up'), (d) => this.choose({ [axis]: Number(d) })),
    );
    this.corners = CORNERS.map((name, i) => new Select(name, (key) => this.chooseCorner(i, key)));
    this.dimensions.append(...this.axes.map((select) => select.element));
    this.images.append(...this.corners.map((select) => select.element));
    this.element = element('div', { class: 'surface' }, this.kind, this.dimensions, this.images, this.hint);
  }

  /** The chosen surface; null if a plane is chosen but there are fewer than three images. */
  get chosen(): ChosenSurface | null {
    if (!this.isPlane) return { surface: { dimensions: this.chosenAxes }, images: [] };
    const latent = this.model.run?.latent ?? 0;
    const corners = this.chosenCorners;
    const [a, b, c] = corners.map(({ value }) => startPointOf(value, latent));
    if (!a || !b || !c) return null;
    return { surface: { through: [a, b, c] }, images: corners.map(({ label }) => label) };
  }

  show(): void {
    const latent = this.model.run?.latent ?? 0;
    const places = encodedStartPoints(this.model);
    const plane = this.isPlane;
    setAttributes(this.kind, { hidden: latent <= 2 });
    setAttributes(this.dimensions, { hidden: plane || latent <= 2 });
    setAttributes(this.images, { hidden: !plane || places.length < 3 });
    setAttributes(this.hint, { hidden: !plane || places.length >= 3 });
    const dimensions = dimensionsBy(this.model.kl, latent);
    const options = dimensions.map((d) => ({ value: String(d), label: `z${d}` }));
    this.axes.forEach((select, i) => select.show(options, String(this.chosenAxes[i])));
    const corners = this.chosenCorners;
    this.corners.forEach((select, i) => select.show(places, corners[i]?.value ?? ''));
  }

  private get isPlane(): boolean {
    return this.state.value.surface === 'plane' && (this.model.run?.latent ?? 0) > 2;
  }

  /** The chosen dimensions, across and up. Defaults to the two of largest KL, the lower index across. */
  private get chosenAxes(): [number, number] {
    const latent = this.model.run?.latent ?? 0;
    if (latent <= 2) return [0, latent - 1];
    const { across, up } = this.state.value;
    const isDimension = (d: number): boolean => Number.isInteger(d) && d >= 0 && d < latent;
    const usual = dimensionsBy(this.model.kl, latent)
      .slice(0, 2)
      .sort((a, b) => a - b) as [number, number];
    return [isDimension(across) ? across : usual[0], isDimension(up) ? up : usual[1]];
  }

  /** The remembered images that still exist, filled up with other encoded images. */
  private get chosenCorners(): StartPoint[] {
    const places = encodedStartPoints(this.model);
    const kept = this.state.value.through.flatMap((key) => places.find((place) => place.value === key) ?? []);
    const others = places.filter((place) => !kept.includes(place));
    return [...kept, ...others].slice(0, CORNERS.length);
  }

  private chooseCorner(corner: number, key: string): void {
    const keys = this.chosenCorners.map(({ value }) => value);
    keys[corner] = key;
    this.choose({ through: keys });
  }

  private choose(patch: Partial<Choices>): void {
    this.state.update(patch);
    this.show();
    this.onChange();
  }
}
