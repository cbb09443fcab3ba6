/** Entry point of the explorer panel. */
import './styles/base.css';
import './styles/workbench.css';
import './styles/chart.css';
import './styles/cards.css';
import './styles/tray.css';
import './styles/select.css';
import './styles/map.css';
import './styles/probe.css';
import './styles/slider.css';
import './styles/dimensions.css';
import './styles/samples.css';
import './styles/directions.css';
import './styles/train.css';
import './styles/time.css';
import { render } from 'preact';
import type { ExplorerEvents } from '../src/protocol/panel';
import type { ExplorerMethods } from '../src/protocol/schemas/panel';
import { connectHost, stateStore } from './shared/host';
import { KeptChoices } from './shared/kept-choices';
import { Page } from './workbench/page';
import { ShownRun } from './workbench/shown-run';

const client = connectHost<ExplorerMethods, ExplorerEvents>();
const shown = new ShownRun(client, new KeptChoices(stateStore));

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  shown.pull();
  shown.session.value?.pullAll();
});
// Whoever moves the mouse over the page may soon drag something: the weights are there by then.
document.addEventListener('pointerover', () => shown.session.value?.decoder.prepare(), { passive: true });
shown.pull();
const app = document.getElementById('app');
if (app) render(<Page shown={shown} client={client} />, app);
