/** Entry point of the interpolation view: the path between images, on a slider. */
import './styles/base.css';
import './styles/slider.css';
import './styles/interpolation.css';
import { render } from 'preact';
import type { InterpolationEvents } from '../src/protocol/panel';
import type { InterpolationMethods } from '../src/protocol/schemas/interpolation';
import { Page } from './interpolation/page';
import { PathModel } from './interpolation/path-model';
import { DEFAULT_INTERPOLATION_STATE } from './interpolation/view-state';
import { connectHost, viewState } from './shared/host';

const client = connectHost<InterpolationMethods, InterpolationEvents>();
const model = new PathModel(client, viewState(DEFAULT_INTERPOLATION_STATE));

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') model.pullAll();
  else model.pause();
});
model.pullAll();
const app = document.getElementById('app');
if (app) render(<Page model={model} />, app);
