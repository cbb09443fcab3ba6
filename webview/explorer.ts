/** Entry point of the explorer panel: all sections of a run's page, from the live curve to the encoded images. */
import './styles/base.css';
import './styles/explorer.css';
import './styles/chart.css';
import './styles/cards.css';
import './styles/select.css';
import './styles/map.css';
import './styles/probe.css';
import './styles/slider.css';
import './styles/dimensions.css';
import './styles/manifold.css';
import './styles/directions.css';
import './styles/time.css';
import type { ExplorerEvents } from '../src/protocol/panel';
import { DimensionsSection } from './dimensions/section';
import { DirectionsSection } from './directions/section';
import { CardSection } from './explorer/cards';
import { CurveSection } from './explorer/curve';
import { EvaluationSection } from './explorer/evaluation';
import { Header } from './explorer/header';
import { ExplorerModel } from './shared/explorer-model';
import { ReconstructionSection } from './explorer/reconstructions';
import { RunPage } from './explorer/run-page';
import { keepScroll } from './explorer/scroll';
import { DEFAULT_EXPLORER_STATE } from './shared/explorer-state';
import { ManifoldSection } from './manifold/manifold-section';
import { SamplesSection } from './manifold/samples-section';
import { connectHost, viewState } from './shared/host';
import { MapSection } from './map/section';
import { TimeSection } from './time/section';
import type { ExplorerMethods } from '../src/protocol/schemas/panel';

const client = connectHost<ExplorerMethods, ExplorerEvents>();
const state = viewState(DEFAULT_EXPLORER_STATE);
const model = new ExplorerModel(client);

const header = new Header(model);
const curve = new CurveSection(model, state);
const time = new TimeSection(model, client, state, (mark) => curve.mark(mark));
const map = new MapSection(model, client, state);
const reconstructions = new ReconstructionSection();
const dimensions = new DimensionsSection(model, client, state);
const explore = (z: Float32Array): void => dimensions.exploreFrom(z);
const directions = new DirectionsSection(model, client, state, map);
const manifold = new ManifoldSection(model, client, state, explore, (id) => map.showImage(id));
const samples = new SamplesSection(model, client, state, explore);
const evaluation = new EvaluationSection(model, client);
const cards = new CardSection(model, client, state, (id) => map.showImage(id));
const page = new RunPage(model, header, [
  curve.element,
  time.element,
  map.element,
  reconstructions.element,
  dimensions.element,
  directions.element,
  manifold.element,
  samples.element,
  evaluation.element,
  cards.element,
]);

document.getElementById('app')?.replaceChildren(page.element);
model.on('run', () => page.show());
model.on('trouble', () => page.showTrouble());
model.on('metrics', () => {
  curve.show();
  page.show();
});
model.on('reconstructions', () => reconstructions.show(model.reconstructions));
model.on('cards', () => cards.show());
keepScroll(state, model);

// Whoever moves the mouse over the page may soon drag something: the weights are there by then.
page.element.addEventListener('pointerover', () => model.decoder.prepare(), { once: true });
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') model.pullAll();
});
page.show();
curve.show();
model.pullAll();
