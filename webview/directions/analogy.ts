import { CallStatus } from '../shared/call-status';
import type { Analogy as Answer } from '../../src/protocol/directions';
import type { StartPoint } from '../shared/start-points';
import { element, setAttributes, setText } from '../shared/element';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import type { Choices } from '../shared/choices';
import { coordinate } from '../shared/format';
import type { ViewState } from '../shared/view-state';
import { latestWins } from '../shared/latest-wins';
import { paint, paintMosaic } from '../shared/pictures';
import { saveButton } from '../shared/save';
import { Select } from '../shared/select';
import { anchorOf, imageStartPoints } from './start-images';
import { t } from '../shared/l10n';

const LETTERS = ['A', 'B', 'C'] as const;
/** Signs between the pictures: A is to B as C is to D. */
const SIGNS = [':', '::', ':', ''];

/** The analogy "A is to B as C is to D", where D is decoded at C + (B - A). */
export class AnalogyView {
  readonly element: HTMLElement;
  private readonly selects: readonly Select[];
  private readonly choice: HTMLElement;
  private readonly hint = element(
    'p',
    { class: 'quiet' },
    t('Encode three images, or choose them one by one on the map.'),
  );
  private readonly figures: readonly { canvas: HTMLCanvasElement; name: HTMLElement }[];
  private readonly strip = element('div', { class: 'analogy-strip', hidden: true });
  private readonly text = element('p', { class: 'quiet' });
  private readonly asking = new CallStatus();
  private readonly save: HTMLElement;
  private answer: Answer | null = null;
  private asked = '';

  /** @param request requests the pictures once the section is visible */
  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
    private readonly state: ViewState<Choices>,
    private readonly request: () => void,
  ) {
    this.selects = LETTERS.map((letter, i) => new Select(letter, (key) => this.chooseCorner(i, key)));
    this.choice = element('div', { class: 'switches' }, ...this.selects.map((select) => select.element));
    this.figures = [...LETTERS, 'D'].map(() => ({
      canvas: element('canvas', { class: 'picture', role: 'img' }),
      name: element('figcaption', { class: 'quiet' }),
    }));
    this.figures.forEach(({ canvas, name }, i) =>
      this.strip.append(
        element('figure', {}, canvas, name),
        element('span', { class: 'analogy-sign', 'aria-hidden': 'true' }, SIGNS[i]),
      ),
    );
    this.save = element(
      'div',
      { class: 'buttons save', hidden: true },
      saveButton(model, client, 'analogy', () => this.mosaic()),
    );
    this.element = element(
      'div',
      { class: 'analogy' },
      element('h3', {}, t('Analogy')),
      element('p', { class: 'quiet' }, t('A is to B as C is to the picture at C + (B \u2212 A).')),
      this.choice,
      this.hint,
      this.asking.element,
      this.strip,
      this.text,
      this.save,
    );
  }

  get step(): number | null {
    return this.answer?.step ?? null;
  }

  /** Updates the choices after images have been added or removed. */
  show(): void {
    const places = this.places;
    const chosen = this.chosen;
    const enough = places.length >= LETTERS.length;
    setAttributes(this.choice, { hidden: !enough });
    setAttributes(this.hint, { hidden: enough });
    if (!enough) this.showAnswer(null, []);
    this.selects.forEach((select, i) => select.show(places, chosen[i]?.value ?? ''));
    if (enough && this.question !== this.asked) this.request();
  }

  forget(): void {
    this.asked = '';
    this.showAnswer(null, []);
  }

  /** Selects A, B and C. @param analogy keys of three images */
  choose(analogy: readonly string[]): void {
    this.state.update({ analogy });
    this.show();
  }

  readonly pull = latestWins<void>(async () => {
    const chosen = this.chosen;
    if (chosen.length < LETTERS.length) return;
    this.asked = this.question;
    const latent = this.model.run?.latent ?? 0;
    await this.asking.ask(async () => {
      const [a, b, c] = await Promise.all(chosen.map(({ value }) => anchorOf(this.client, value, latent)));
      if (!a || !b || !c) return;
      const answer = await this.client.call('analogy', { a, b, c });
      this.showAnswer(answer, chosen);
    });
  });

  private showAnswer(answer: Answer | null, chosen: readonly StartPoint[]): void {
    this.answer = answer;
    for (const part of [this.strip, this.text, this.save]) setAttributes(part, { hidden: answer === null });
    if (answer === null) return;
    const names = [...chosen.map(({ label }) => label), t('the result')];
    this.figures.forEach(({ canvas, name }, i) => {
      paint(canvas, answer.pictures, i);
      const words = `${LETTERS[i] ?? 'D'} ${names[i]}`;
      setAttributes(canvas, { 'aria-label': t('{0}, decoded', words) });
      setText(name, words);
      setAttributes(name, { title: words });
    });
    const latent = answer.z.length / 4;
    const length = Math.hypot(...answer.z.subarray(3 * latent));
    const usual = Math.sqrt(latent).toFixed(2);
    setText(
      this.text,
      t(
        'All four are decoded from posterior means. The result has |z| {0}; draws of the prior have about {1}.',
        coordinate(length),
        usual,
      ),
    );
  }

  private mosaic(): HTMLCanvasElement | null {
    if (this.answer === null) return null;
    const canvas = element('canvas');
    paintMosaic(canvas, this.answer.pictures, 4);
    return canvas;
  }

  private get places(): readonly StartPoint[] {
    const { analogy, inspected } = this.state.value;
    return imageStartPoints(this.model, inspected, analogy);
  }

  /** The remembered images that still exist, filled up with other images. */
  private get chosen(): StartPoint[] {
    const places = this.places;
    const kept = this.state.value.analogy.flatMap((key) => places.find((place) => place.value === key) ?? []);
    const others = places.filter((place) => !kept.includes(place));
    return [...kept, ...others].slice(0, LETTERS.length);
  }

  private get question(): string {
    return JSON.stringify(this.chosen.map(({ value }) => value));
  }

  private chooseCorner(corner: number, key: string): void {
    const keys = this.chosen.map(({ value }) => value);
    keys[corner] = key;
    this.choose(keys);
  }
}
