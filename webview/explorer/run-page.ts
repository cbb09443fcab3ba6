import { element, setAttributes } from '../shared/element';
import { busy, button } from '../shared/toolkit';
import type { Header } from './header';
import type { ExplorerModel } from '../shared/explorer-model';
import { emptyState, phaseNotice } from './notices';
import { t } from '../shared/l10n';
import { notice } from '../shared/notice';

/** Switches between the page of a run, the page without a run, and the wait for the host's first answer. */
export class RunPage {
  readonly element: HTMLElement;
  private readonly trouble = element('div', { class: 'trouble' });
  private readonly notice = element('div', { class: 'phase-notice' });
  private readonly run: HTMLElement;
  private readonly empty: HTMLElement;
  private readonly waiting = element('div', { class: 'waiting' }, busy(t('Reading the run…')));
  private noticeKey = '';

  constructor(
    private readonly model: ExplorerModel,
    private readonly header: Header,
    sections: readonly HTMLElement[],
  ) {
    this.run = element('div', { class: 'run' }, header.element, this.notice, ...sections);
    this.empty = emptyState(model);
    this.element = element('main', { class: 'page' }, this.trouble, this.waiting, this.empty, this.run);
  }

  show(): void {
    const { run } = this.model;
    setAttributes(this.waiting, { hidden: run !== undefined || this.model.troubles.length > 0 });
    setAttributes(this.empty, { hidden: run !== null });
    setAttributes(this.run, { hidden: run == null });
    if (run == null) return;
    this.header.show(run);
    const shown = phaseNotice(run);
    const key = `${shown?.className ?? ''} ${shown?.textContent ?? ''}`;
    // Replaced only if it differs: screen readers announce a status when it changes.
    if (key === this.noticeKey) return;
    this.noticeKey = key;
    this.notice.replaceChildren(...(shown === null ? [] : [shown]));
  }

  /** Shows failed calls, for instance if the engine has gone or an image cannot be opened. */
  showTrouble(): void {
    this.trouble.replaceChildren();
    for (const text of this.model.troubles) {
      const box = notice('error', '', text);
      box.append(
        element(
          'div',
          { class: 'buttons' },
          button({ label: t('Try Again'), onClick: () => this.model.retry() }),
          button({ label: t('Show Log'), onClick: () => void this.model.ask('showLog') }),
        ),
      );
      this.trouble.append(box);
    }
    this.show();
  }
}
