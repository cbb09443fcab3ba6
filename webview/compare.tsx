/** Entry point of the panel that compares runs: curves, figures, settings, and the same images and points under each run. */
import './styles/base.css';
import './styles/chart.css';
import './styles/cards.css';
import './styles/select.css';
import './styles/samples.css';
import './styles/compare.css';
import 'uplot/dist/uPlot.min.css';
import { render } from 'preact';
import type { CompareEvents } from '../src/protocol/compare';
import type { CompareMethods } from '../src/protocol/schemas/compare';
import { Comparison } from './compare/comparison';
import { CompareModel } from './compare/model';
import { DEFAULT_COMPARE_STATE } from './compare/view-state';
import { connectHost, viewState } from './shared/host';

const model = new CompareModel(
  connectHost<CompareMethods, CompareEvents>(),
  viewState(DEFAULT_COMPARE_STATE),
);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') model.pull();
});
model.pull();
const app = document.getElementById('app');
if (app) render(<Comparison model={model} />, app);
