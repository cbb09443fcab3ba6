import type { LatentPath } from '../../src/protocol/latent';
import type { PathKind } from '../../src/protocol/panel';
import { element } from '../shared/element';
import { coordinate, nats } from '../shared/format';
import { framePositions } from './strip';
import { t } from '../shared/l10n';

/** Table alternative of the strips and the chart, filled when opened. */
export class PathTable {
  readonly element: HTMLDetailsElement;
  private readonly body = element('tbody');
  private shown: { readonly path: LatentPath; readonly kind: PathKind } | null = null;

  constructor() {
    const head = ['t', t('Prior'), t('Aggregate posterior'), t('Nearest image'), t('Distance')].map((name) =>
      element('th', { scope: 'col' }, name),
    );
    this.element = element(
      'details',
      { class: 'table-alternative' },
      element('summary', {}, t('Path as a table')),
      element(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('Frames of the path') },
        element('table', { class: 'numbers' }, element('thead', {}, element('tr', {}, ...head)), this.body),
      ),
    );
    this.element.addEventListener('toggle', () => this.write());
  }

  show(path: LatentPath, kind: PathKind): void {
    if (this.shown?.path === path && this.shown.kind === kind) return;
    this.shown = { path, kind };
    this.write();
  }

  private write(): void {
    if (!this.element.open || this.shown === null) return;
    const { path, kind } = this.shown;
    const { priorDensity, density, nearest } = path[kind];
    const rows = framePositions(path.at).map((place, i) => [
      place.toFixed(2),
      nats(priorDensity[i]),
      nats(density?.[i]),
      nearest?.ids[i] ?? '–',
      nearest ? coordinate(nearest.distances[i]!) : '–',
    ]);
    this.body.replaceChildren(
      ...rows.map((row) => element('tr', {}, ...row.map((text) => element('td', {}, text)))),
    );
  }
}
