/** Connects the explorer's page to the host and shows it. */
import { render } from 'preact';
import type { ExplorerEvents } from '../../src/protocol/panel';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';
import { connectHost, stateStore } from '../shared/host';
import { KeptChoices } from '../shared/kept-choices';
import { Page } from './page';
import { ShownSession } from './shown-session';

const client = connectHost<ExplorerMethods, ExplorerEvents>();
const shown = new ShownSession(client, new KeptChoices(stateStore));

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
