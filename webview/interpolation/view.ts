import type { InterpolationRequest, PathKind } from '../../src/protocol/panel';
import { RpcError, toFailure } from '../../src/protocol/rpc';
import { element, setAttributes, setText } from '../shared/element';
import { count } from '../shared/format';
import type { ViewState } from '../shared/view-state';
import { latestWins } from '../shared/latest-wins';
import { paint } from '../shared/pictures';
import { button, checkbox, radioGroup } from '../shared/toolkit';
import { DensityChart } from './density-chart';
import { exportButtons } from './export';
import { Grid } from './grid';
import { Player } from '../shared/player';
import { Strip, frameAt, framePositions } from './strip';
import { PathTable } from './table';
import type { InterpolationState } from './view-state';
import { Waypoints } from './waypoints';
import { t } from '../shared/l10n';
import { ErrorLine } from '../shared/error-line';
import type { InterpolationClient } from './client';

/** A picture decoded while the slider moves, above the two paths as strips; or the grid between four images. */
export class InterpolationView {
  readonly element: HTMLElement;
  private readonly picture = element('canvas', { class: 'picture big', role: 'img' });
  private readonly slider = element('input', {
    type: 'range',
    min: 0,
    'aria-label': t('Place on the path, t'),
  });
  private readonly place = element('output', { class: 'place' });
  private readonly waypoints: Waypoints;
  private readonly step = element('span', { class: 'quiet' });
  private readonly near = element('p', { class: 'quiet' });
  private readonly trouble = new ErrorLine();
  private readonly strips: Readonly<Record<PathKind, Strip>>;
  private readonly chart = new DensityChart();
  private readonly table = new PathTable();
  private readonly grid = new Grid();
  private readonly gridChoice;
  private readonly path: HTMLElement;
  private readonly player = new Player(
    () => this.state.value.t,
    (place) => this.move({ t: place }),
    () => this.end,
  );
  private readonly play = button({ label: t('Play'), onClick: () => this.togglePlay() });
  private readonly mode;
  private request: InterpolationRequest | undefined;

  constructor(
    private readonly client: InterpolationClient,
    private readonly state: ViewState<InterpolationState>,
    pick: () => void,
  ) {
    const choices = [
      { value: 'linear', label: t('Linear') },
      { value: 'spherical', label: t('Spherical') },
    ] as const;
    this.mode = radioGroup(t('Path'), choices, this.kind, (mode) =>
      this.move({ spherical: mode === 'spherical' }),
    );
    const strip = (kind: PathKind, title: string): Strip =>
      new Strip(kind, title, {
        choose: (place) => this.choose(place, kind === 'spherical'),
        open: (uri) => void this.attempt(() => client.call('openImage', { uri })),
      });
    this.strips = { linear: strip('linear', t('Linear')), spherical: strip('spherical', t('Spherical')) };
    this.waypoints = new Waypoints({
      add: () => void this.attempt(() => client.call('add', {})),
      arrange: (order) => void this.attempt(() => client.call('arrange', { order })),
      go: (waypoint) => this.choose(waypoint, state.value.spherical),
    });
    this.gridChoice = checkbox(t('Grid between the first four'), state.value.grid, (grid) => {
      state.update({ grid });
      this.showKind();
    });
    this.slider.addEventListener('input', () => {
      this.pausePlayback();
      this.move({ t: Number(this.slider.value) });
    });
    this.path = element(
      'div',
      { class: 'path' },
      element('div', { class: 'stage' }, this.picture),
      element('div', { class: 'slide' }, this.slider, this.place),
      element('div', { class: 'controls' }, this.mode, this.play),
      this.strips.linear.element,
      this.strips.spherical.element,
      this.near,
      this.chart.element,
      this.table.element,
    );
    const shown = () => this.shown();
    this.element = element(
      'main',
      { class: 'interpolation' },
      this.waypoints.element,
      this.gridChoice,
      this.trouble.element,
      this.path,
      this.grid.element,
      exportButtons(client, shown, (work) => this.attempt(work)),
      element('footer', {}, this.step, button({ label: t('Pick Two Images…'), onClick: pick })),
    );
  }

  show(request: InterpolationRequest): void {
    this.request = request;
    const { path } = request;
    this.waypoints.show(request);
    setText(this.step, t('step {0}', count(path.step)));
    for (const kind of ['linear', 'spherical'] as const) this.strips[kind].show(path[kind], path.at);
    this.chart.show(path);
    setText(this.near, nearText(request));
    this.trouble.say('');
    setAttributes(this.slider, { max: this.end, step: 0.01 });
    // Shows the nearest frame until the exact frame is decoded.
    const place = Math.min(this.state.value.t, this.end);
    paint(this.picture, path[this.kind].pictures, frameAt(framePositions(path.at), place));
    setAttributes(this.gridChoice, { hidden: request.names.length < 4 });
    this.showKind();
    this.move({ t: place });
  }

  pause(): void {
    this.pausePlayback();
  }

  private get kind(): PathKind {
    return this.state.value.spherical ? 'spherical' : 'linear';
  }

  /** The last position on the path. */
  private get end(): number {
    return (this.request?.names.length ?? 2) - 1;
  }

  private get isGrid(): boolean {
    return this.state.value.grid && this.end >= 3;
  }

  private shown() {
    if (this.request === undefined) return null;
    const grid = this.isGrid && this.grid.shown ? this.grid.canvas : null;
    return { path: this.request.path, kind: this.kind, grid };
  }

  /** Shows either the path or the grid. */
  private showKind(): void {
    const isGrid = this.isGrid;
    setAttributes(this.path, { hidden: isGrid });
    setAttributes(this.grid.element, { hidden: !isGrid });
    if (isGrid) this.pausePlayback();
    if (isGrid && this.request !== undefined) this.pullGrid(this.request);
  }

  private readonly pullGrid = latestWins((request: InterpolationRequest) =>
    this.attempt(async () => {
      const grid = await this.client.call('grid', {});
      if (request === this.request) this.grid.show(grid, request.names);
    }),
  );

  private move(patch: Partial<InterpolationState>): void {
    this.state.update(patch);
    const place = this.state.value.t;
    const kind = this.kind;
    this.slider.value = String(place);
    setText(this.place, place.toFixed(2));
    this.strips.linear.mark(kind === 'linear' ? place : null);
    this.strips.spherical.mark(kind === 'spherical' ? place : null);
    this.chart.mark(place, kind);
    setAttributes(this.picture, {
      'aria-label':
        kind === 'linear'
          ? t('Decoded at t {0} of the linear path', place.toFixed(2))
          : t('Decoded at t {0} of the spherical path', place.toFixed(2)),
    });
    if (this.request === undefined) return;
    this.table.show(this.request.path, kind);
    this.decode(this.request);
  }

  private readonly decode = latestWins((request: InterpolationRequest) =>
    this.attempt(async () => {
      const frame = await this.client.call('frame', { t: this.state.value.t, kind: this.kind });
      // Another path may have been chosen in the meantime.
      if (request === this.request) paint(this.picture, frame, 0);
    }),
  );

  /** Runs `work` and shows why it failed; ignores superseded calls. */
  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.trouble.say('');
    } catch (error) {
      if (error instanceof RpcError && error.code === 'superseded') return;
      this.pausePlayback();
      this.trouble.say(toFailure(error).message);
    }
  }

  private choose(place: number, spherical: boolean): void {
    this.pausePlayback();
    this.mode.value = spherical ? 'spherical' : 'linear';
    this.move({ t: place, spherical });
  }

  private togglePlay(): void {
    this.player.toggle();
    setText(this.play, this.player.playing ? t('Pause') : t('Play'));
  }

  private pausePlayback(): void {
    this.player.pause();
    setText(this.play, t('Play'));
  }
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
