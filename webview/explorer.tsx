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
import 'uplot/dist/uPlot.min.css';
import './workbench/start';
