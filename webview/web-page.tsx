/** Entry point of the page that a run is exported as. */
import './styles/base.css';
import './styles/workbench.css';
import './styles/chart.css';
import './styles/cards.css';
import './styles/select.css';
import './styles/map.css';
import './styles/probe.css';
import './styles/slider.css';
import './styles/dimensions.css';
import './styles/train.css';
import 'uplot/dist/uPlot.min.css';
import './styles/web-page.css';
import './web-page/start';
