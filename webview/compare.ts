/** Entry point of the panel that compares runs: curves, figures, settings, and the same images and points under each run. */
import './styles/base.css';
import './styles/chart.css';
import './styles/cards.css';
import './styles/select.css';
import './styles/samples.css';
import './styles/compare.css';
import type { CompareEvents } from '../src/protocol/compare';
import { CompareCurves } from './compare/curves';
import { CompareImages } from './compare/images';
import { CompareModel } from './compare/model';
import { ComparePoints } from './compare/points';
import { CompareTables } from './compare/tables';
import { DEFAULT_COMPARE_STATE } from './compare/view-state';
import { element, setAttributes } from './shared/element';
import { connectHost, viewState } from './shared/host';
import { busy, button } from './shared/toolkit';
import { t } from './shared/l10n';
import { ErrorLine } from './shared/error-line';
import type { CompareMethods } from '../src/protocol/schemas/compare';

const model = new CompareModel(
  connectHost<CompareMethods, CompareEvents>(),
  viewState(DEFAULT_COMPARE_STATE),
);
const curves = new CompareCurves(model);
const tables = new CompareTables(model);
const images = new CompareImages(model);
const points = new ComparePoints(model);

// The command itself reports failures in a dialog.
const pick = (): void => void model.client.call('pick', {}).catch(() => undefined);
const title = element('h1', {}, t('Compare Runs'));
const links = element('ul', { class: 'run-links' });
const trouble = new ErrorLine();
const untrusted = element(
  'p',
  { class: 'notice', hidden: true },
  t(
    'This workspace is not trusted: figures, curves and settings can be compared, but models cannot be opened.',
  ),
);
const waiting = element('div', { class: 'waiting' }, busy(t('Reading the runs…')));
const empty = element(
  'div',
  { class: 'empty' },
  element('p', {}, t('Choose two or more runs to see them side by side.')),
  button({ label: t('Choose Runs…'), primary: true, onClick: pick }),
);
const body = element(
  'div',
  { class: 'run' },
  element(
    'header',
    { class: 'compare-head' },
    title,
    links,
    button({ label: t('Choose Runs…'), onClick: pick }),
  ),
  untrusted,
  tables.cautions,
  curves.element,
  tables.element,
  images.element,
  points.element,
);
document
  .getElementById('app')
  ?.replaceChildren(element('main', { class: 'compare' }, trouble.element, waiting, empty, body));

function show(): void {
  const { view, runs } = model;
  trouble.say(model.trouble);
  setAttributes(waiting, { hidden: view !== undefined || model.trouble !== '' });
  setAttributes(empty, { hidden: view !== null });
  setAttributes(body, { hidden: view == null });
  if (view == null) return;
  setAttributes(untrusted, { hidden: view.mayOpenModels });
  links.replaceChildren(
    ...runs.map((run) => {
      const link = element(
        'button',
        { type: 'button', class: 'link', title: t('Open {0}', run.name) },
        model.name(run),
      );
      link.addEventListener(
        'click',
        () => void model.client.call('openRun', { run: run.uri }).catch(() => undefined),
      );
      return element('li', {}, link);
    }),
  );
  for (const part of [curves, tables, images, points]) part.show();
}

model.on(show);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') model.pull();
});
show();
model.pull();
