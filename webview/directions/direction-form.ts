import { CallStatus } from '../shared/call-status';
import { element, setAttributes } from '../shared/element';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import type { Choices } from '../shared/choices';
import { fileName } from '../shared/format';
import type { ViewState } from '../shared/view-state';
import { busy, button } from '../shared/toolkit';
import { SetChoice } from './set-choice';
import type { MapFacts } from './set-choice';
import { endsText } from './direction-text';
import type { ShownDirection } from './direction-text';
import { t } from '../shared/l10n';
import { storableIds } from '../shared/storable-ids';

/** Form that chooses two sets of images and makes the direction from one to the other. */
export class DirectionForm {
  readonly element: HTMLElement;
  private readonly from: SetChoice;
  private readonly to: SetChoice;
  private readonly seed = element('input', { type: 'number', min: 0, step: 1, class: 'seed', value: 0 });
  private readonly seedLabel = element('label', { class: 'select' }, t('Seed'), this.seed);
  private readonly make = button({
    label: t('Make Direction'),
    primary: true,
    onClick: () => void this.makeIt(),
  });
  private readonly cancel = button({ label: t('Cancel'), onClick: () => this.running?.abort() });
  private readonly busy = busy(t('Fitting and scoring…'));
  private readonly asking = new CallStatus();
  private keptFrom: readonly string[];
  private keptTo: readonly string[];
  private running: AbortController | null = null;

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
    private readonly state: ViewState<Choices>,
    facts: () => MapFacts,
    private readonly made: (direction: ShownDirection) => void,
  ) {
    this.keptFrom = state.value.directionFromIds;
    this.keptTo = state.value.directionToIds;
    this.from = new SetChoice(t('From'), true, (value, kept) => this.chooseFrom(value, kept), facts);
    this.to = new SetChoice(t('To'), false, (value, kept) => this.chooseTo(value, kept), facts);
    this.element = element(
      'div',
      { class: 'direction-maker' },
      element(
        'div',
        { class: 'switches' },
        ...[this.from.element, this.to.element, this.seedLabel, this.make, this.cancel],
      ),
      this.busy,
      this.asking.element,
    );
    this.showBusy();
  }

  /** Updates the choices after the map, its tags or its selection changed. */
  show(): void {
    const { directionFromIds, directionToIds } = this.state.value;
    if (directionFromIds.length > 0) this.keptFrom = directionFromIds;
    if (directionToIds.length > 0) this.keptTo = directionToIds;
    const from = this.from.show(this.state.value.directionFrom, this.keptFrom);
    this.to.show(this.state.value.directionTo, this.keptTo);
    const component = SetChoice.component(from) !== null;
    for (const part of [this.to.element, this.seedLabel]) setAttributes(part, { hidden: component });
    this.make.disabled = this.running !== null || from === '';
  }

  private chooseFrom(directionFrom: string, kept: readonly string[] | null): void {
    if (kept !== null) this.keptFrom = kept;
    this.state.update({ directionFrom, directionFromIds: storableIds(this.keptFrom) });
    this.show();
  }

  private chooseTo(directionTo: string, kept: readonly string[] | null): void {
    if (kept !== null) this.keptTo = kept;
    this.state.update({ directionTo, directionToIds: storableIds(this.keptTo) });
    this.show();
  }

  private async makeIt(): Promise<void> {
    const { run } = this.model;
    const fromValue = this.from.show(this.state.value.directionFrom, this.keptFrom);
    const toValue = this.to.show(this.state.value.directionTo, this.keptTo);
    const component = SetChoice.component(fromValue);
    const from = this.from.chosen(fromValue, this.keptFrom);
    const to = this.to.chosen(toValue, this.keptTo);
    const seed = Math.max(0, Math.floor(Number(this.seed.value)) || 0);
    if (run == null || (component === null && (from === null || to === null))) return;
    const words =
      component === null
        ? { from: from!.words, to: to!.words }
        : { from: t('principal component {0}', component + 1), to: '' };
    const request = component === null ? { a: from!.set, b: to!.set, seed } : { component };
    const controller = new AbortController();
    this.running = controller;
    this.showBusy();
    await this.asking.ask(async () => {
      try {
        const direction = await this.client.call('makeDirection', request, controller.signal);
        if (this.model.run?.uri !== run.uri) return;
        this.made({ ...direction, ...words, name: endsText(words), run: fileName(run.uri), file: '' });
      } catch (error) {
        if (!controller.signal.aborted) throw error;
      }
    });
    this.running = null;
    this.showBusy();
  }

  private showBusy(): void {
    const running = this.running !== null;
    this.make.disabled = running;
    setAttributes(this.busy, { hidden: !running });
    setAttributes(this.cancel, { hidden: !running });
  }
}
