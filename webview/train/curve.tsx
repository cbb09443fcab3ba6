import { useState } from 'preact/hooks';
import { paperPanel } from '../../src/paper/setting';
import type { PaperPanel } from '../../src/paper/setting';
import { count, nats } from '../shared/format';
import { rowAt } from '../shared/metric-history';
import type { MetricHistory } from '../shared/metric-history';
import type { RunSession } from '../shared/run-session';
import { useSought } from '../shared/ui/use-sought';
import { Button, Checkbox } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { BoundCurve } from './bound-curve';
import type { Cursor } from './cursor';
import { paperVerdict } from './paper-comparison';
import { PaperNote } from './paper-note';
import { ReadOut } from './read-out';
import { ValidationTable } from './validation-table';

const NO_CURSOR: Cursor = { step: null, byKeyboard: false };

/** The live curve: switches, chart, read-out and table. */
export function Curve({ session }: { readonly session: RunSession }) {
  const [cursor, setCursor] = useState(NO_CURSOR);
  const { state, history, run, time } = session;
  const choices = state.value;
  const panel = paperPanel(run);
  const paper = choices.paper ? panel : null;
  const mark = time.moment.value;
  const isEmpty = history.lastStep < 0;
  const place = useSought(session, 'curve', true);
  return (
    <section class="curve" aria-label={t('Lower bound')}>
      <div ref={place} class="section-head">
        <h2>{t('Lower bound')}</h2>
        <span class="quiet">{t('nats per datapoint over samples evaluated')}</span>
        <div class="switches">
          <Checkbox checked={choices.logAxis} onChange={(logAxis) => state.update({ logAxis })}>
            {t('Log axis')}
          </Checkbox>
          <Checkbox checked={choices.fullRange} onChange={(fullRange) => state.update({ fullRange })}>
            {t('Full range')}
          </Checkbox>
          {panel !== null && (
            <Checkbox checked={choices.paper} onChange={(shown) => state.update({ paper: shown })}>
              {t('Paper (Figure 2)')}
            </Checkbox>
          )}
        </div>
      </div>
      {!session.isWholeCurve && (
        <p class="quiet">
          {t('Only the end of a very long curve is shown.')}{' '}
          <Button onClick={() => session.pullWholeCurve()}>{t('Show Whole Curve')}</Button>
        </p>
      )}
      {isEmpty ? (
        <p class="quiet">
          {run.outcome === 'running'
            ? t('No step has been recorded yet.')
            : t('The run ended before a step was recorded.')}
        </p>
      ) : (
        <>
          <BoundCurve
            curves={history.curves}
            choices={choices}
            paper={paper}
            until={run.live?.totalSamples ?? 0}
            mark={mark}
            label={summaryOf(history, paper)}
            onCursor={setCursor}
          />
          {paper !== null && (
            <PaperNote verdict={verdictAt(history, paper, cursor.step)} announce={cursor.byKeyboard} />
          )}
          <ReadOut session={session} step={cursor.step ?? mark?.step ?? null} announce={cursor.byKeyboard} />
          <ValidationTable session={session} />
        </>
      )}
    </section>
  );
}

/** Compares the run with the paper at `step`, or at the newest validation for null. */
const verdictAt = (history: MetricHistory, paper: PaperPanel, step: number | null): string =>
  paperVerdict(paper, rowAt(history.validation, step ?? history.lastStep));

function summaryOf(history: MetricHistory, paper: PaperPanel | null): string {
  const train = history.train.at(-1);
  const validation = history.validation.at(-1);
  const at = count((validation ?? train)!.samples);
  return t(
    'Curve of the lower bound. Newest at {0} samples: validation {1}, training {2} nats. {3} Arrow keys move along it.',
    at,
    nats(validation?.elbo),
    nats(train?.elbo),
    paper === null ? '' : verdictAt(history, paper, null),
  );
}
