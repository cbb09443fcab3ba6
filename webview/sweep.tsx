/** Entry point of the page of a sweep: its trials as parallel coordinates and as a table, and pictures of the best one. */
import './styles/base.css';
import './styles/samples.css';
import './styles/sweep.css';
import { render } from 'preact';
import type { SweepMethods } from '../src/protocol/schemas/sweep';
import type { SweepEvents } from '../src/protocol/sweep';
import { connectHost, viewState } from './shared/host';
import { SweepModel } from './sweep/model';
import { SweepPageView } from './sweep/page';
import { DEFAULT_SWEEP_STATE } from './sweep/view-state';

const model = new SweepModel(connectHost<SweepMethods, SweepEvents>(), viewState(DEFAULT_SWEEP_STATE));
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') model.pull();
});
model.pull();
const app = document.getElementById('app');
if (app) render(<SweepPageView model={model} />, app);
