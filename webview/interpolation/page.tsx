import { useLayoutEffect } from 'preact/hooks';
import type { InterpolationRequest } from '../../src/protocol/panel';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import { Later } from '../shared/ui/later';
import { ClassChart } from '../shared/ui/class-chart';
import { ErrorText } from '../shared/ui/notice';
import { Picture } from '../shared/ui/picture';
import { Busy, Button, Checkbox, RadioGroup } from '../shared/ui/widgets';
import { DensityChart } from './density-chart';
import { ExportButtons } from './export';
import { frameAt } from './frame-positions';
import { Grid } from './grid';
import type { PathModel } from './path-model';
import { Strip } from './strip';
import { PathTable } from './table';
import { Waypoints } from './waypoints';

interface PathProps {
  readonly model: PathModel;
}

interface RequestProps extends PathProps {
  readonly request: InterpolationRequest;
}

/** The interpolation view: the path, what is waited for, or how to begin. */
export function Page({ model }: PathProps) {
  const request = model.request.value;
  useLayoutEffect(() => {
    // A path that a command asked for is in view, wherever the last one was scrolled to.
    const listening = model.client.on('asked', () => scrollTo(0, 0));
    return () => listening.dispose();
  }, [model]);
  if (request === undefined)
    return (
      <Later>
        <Busy>{t('Reading the path…')}</Busy>
      </Later>
    );
  return (
    <main class={request === null ? 'interpolation empty' : 'interpolation'}>
      {request && <RunLine request={request} />}
      <Waiting model={model} />
      <ErrorText text={model.trouble.value} />
      {request === null ? <Invitation model={model} /> : <ShownPath model={model} request={request} />}
    </main>
  );
}

/** Names the run that the path is of. */
function RunLine({ request: { run, path } }: { readonly request: InterpolationRequest }) {
  return (
    <header class="of-run">
      <strong>{run}</strong> <span class="quiet">{t('step {0}', count(path.step))}</span>
    </header>
  );
}

function Waiting({ model }: PathProps) {
  const wait = model.wait.value;
  if (wait === null) return null;
  return (
    <Later key={`${wait.run} ${wait.waypoints}`}>
      <Busy>{t('Computing a path through {0} points with {1}…', count(wait.waypoints), wait.run)}</Busy>
    </Later>
  );
}

function PickButton({ model, primary = false }: PathProps & { readonly primary?: boolean }) {
  return (
    <Button primary={primary} onClick={() => void model.attempt(() => model.client.call('pick', {}))}>
      {t('Pick Two Images…')}
    </Button>
  );
}

function Invitation({ model }: PathProps) {
  if (model.wait.value !== null) return null;
  return (
    <>
      <p>{t('Pick two images to see what the model imagines between them.')}</p>
      <PickButton model={model} primary />
    </>
  );
}

function ShownPath({ model, request }: RequestProps) {
  const isGrid = model.isGrid.value;
  const { names } = request;
  return (
    <>
      {isGrid ? <Grid model={model} names={names} /> : <Place model={model} request={request} />}
      <Waypoints model={model} request={request} />
      {names.length >= 4 && (
        <Checkbox checked={model.wantsGrid.value} onChange={(grid) => model.setGrid(grid)}>
          {t('Grid between the first four')}
        </Checkbox>
      )}
      {!isGrid && <Frames model={model} request={request} />}
      <ExportButtons model={model} request={request} />
      <footer>
        <PickButton model={model} />
      </footer>
    </>
  );
}

/** The picture at the place, and what moves the place. */
function Place({ model, request }: RequestProps) {
  return (
    <div class="path">
      <div class="stage">
        <BigPicture model={model} request={request} />
      </div>
      <Slide model={model} />
      <div class="controls">
        <RadioGroup
          label={t('Path')}
          choices={[
            { value: 'linear', label: t('Linear') },
            { value: 'spherical', label: t('Spherical') },
          ]}
          value={model.kind.value}
          onChange={(kind) => model.setKind(kind)}
        />
        <Button onClick={() => model.togglePlay()}>{model.isPlaying.value ? t('Pause') : t('Play')}</Button>
      </div>
    </div>
  );
}

function BigPicture({ model, request: { path } }: RequestProps) {
  const kind = model.kind.value;
  const place = model.place.value;
  const frame = model.frame.value;
  const alt =
    kind === 'linear'
      ? t('Decoded at t {0} of the linear path', place.toFixed(2))
      : t('Decoded at t {0} of the spherical path', place.toFixed(2));
  // The nearest frame of the strip, until the exact one is decoded.
  return frame === null ? (
    <Picture
      class="big"
      pictures={path[kind].pictures}
      index={frameAt(model.places.value, place)}
      alt={alt}
    />
  ) : (
    <Picture class="big" pictures={frame} alt={alt} />
  );
}

function Slide({ model }: PathProps) {
  const place = model.place.value;
  return (
    <div class="slide">
      <input
        type="range"
        min={0}
        max={model.end.value}
        step={0.01}
        value={place}
        aria-label={t('Place on the path, t')}
        onInput={({ currentTarget }) => model.go(Number(currentTarget.value))}
      />
      <output class="place">{place.toFixed(2)}</output>
    </div>
  );
}

/** All frames of both paths, with the densities along them. */
function Frames({ model, request }: RequestProps) {
  return (
    <div class="path">
      <Strip model={model} request={request} kind="linear" title={t('Linear')} />
      <Strip model={model} request={request} kind="spherical" title={t('Spherical')} />
      <p class="quiet">{nearText(request)}</p>
      <Classes model={model} />
      <DensityChart model={model} path={request.path} />
      <PathTable path={request.path} kind={model.kind.value} />
    </div>
  );
}

/** What the run's classifier says along the path; nothing without one. */
function Classes({ model }: PathProps) {
  const points = model.classes.value;
  if (points === null) return null;
  return (
    <ClassChart
      points={points}
      places={model.places.value}
      at={frameAt(model.places.value, model.place.value)}
      label={
        model.kind.value === 'linear'
          ? t('Probabilities of classes along the linear path, by the classifier')
          : t('Probabilities of classes along the spherical path, by the classifier')
      }
    />
  );
}

/** Describes the images below the frames, including the step they were encoded at. */
function nearText({ path }: InterpolationRequest): string {
  const near = path.linear.nearest;
  if (near === null)
    return t('Make the map in the explorer panel to see the nearest image of the dataset below each frame.');
  const other = near.step === path.step ? '' : ` ${t('They were encoded at step {0}.', count(near.step))}`;
  const what = t(
    'Below each frame: the nearest image of the dataset, by the Euclidean distance from the frame’s z to posterior means.',
  );
  return `${what}${other}`;
}
