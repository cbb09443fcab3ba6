/** Entry point of the interpolation view: the path between images, on a slider. */
import './styles/base.css';
import './styles/slider.css';
import './styles/interpolation.css';
import type { InterpolationEvents } from '../src/protocol/panel';
import { toFailure } from '../src/protocol/rpc';
import { element } from './shared/element';
import { connectHost, viewState } from './shared/host';
import { DEFAULT_INTERPOLATION_STATE } from './interpolation/view-state';
import { InterpolationView } from './interpolation/view';
import { latestWins } from './shared/latest-wins';
import { busy, button } from './shared/toolkit';
import { t } from './shared/l10n';
import type { InterpolationMethods } from '../src/protocol/schemas/interpolation';

const client = connectHost<InterpolationMethods, InterpolationEvents>();
const app = document.getElementById('app');
const view = new InterpolationView(client, viewState(DEFAULT_INTERPOLATION_STATE), pick);

const pull = latestWins<void>(async () => {
  try {
    const request = await client.call('current', {});
    if (request === null) return app?.replaceChildren(emptyState());
    view.show(request);
    app?.replaceChildren(view.element);
  } catch (error) {
    app?.replaceChildren(emptyState(toFailure(error).message));
  }
});

function pick(): void {
  // The command itself reports failures in a dialog.
  client
    .call('pick', {})
    .catch((error: unknown) => app?.replaceChildren(emptyState(toFailure(error).message)));
}

function emptyState(trouble = ''): HTMLElement {
  return element(
    'main',
    { class: 'interpolation empty' },
    trouble !== '' && element('p', { class: 'error-text', role: 'alert' }, trouble),
    element('p', {}, t('Pick two images to see what the model imagines between them.')),
    button({ label: t('Pick Two Images…'), primary: true, onClick: pick }),
  );
}

client.on('changed', () => pull());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') pull();
  else view.pause();
});
app?.replaceChildren(busy(t('Reading the path…')));
pull();
