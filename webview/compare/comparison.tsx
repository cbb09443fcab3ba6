import { Later } from '../shared/ui/later';
import { ErrorText, Notice } from '../shared/ui/notice';
import { Busy, Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { CompareCurves } from './curves';
import { CompareImages } from './images';
import type { CompareModel } from './model';
import { ComparePoints } from './points';
import { Cautions, CompareTables } from './tables';

/** The page: the runs side by side, how to choose some, or the wait for the host's first answer. */
export function Comparison({ model }: { readonly model: CompareModel }) {
  const { view, trouble } = model;
  // The command itself reports failures in a dialog.
  const pick = (): void => void model.client.call('pick', {}).catch(() => undefined);
  return (
    <main class="compare">
      <ErrorText text={trouble} />
      {view === undefined && trouble === '' && (
        <Later>
          <div class="waiting">
            <Busy>{t('Reading the runs…')}</Busy>
          </div>
        </Later>
      )}
      {view === null && (
        <div class="empty">
          <p>{t('Choose two or more runs to see them side by side.')}</p>
          <Button primary onClick={pick}>
            {t('Choose Runs…')}
          </Button>
        </div>
      )}
      {view && (
        <div class="run">
          <header class="compare-head">
            <h1>{t('Compare Runs')}</h1>
            <RunLinks model={model} />
            <Button onClick={pick}>{t('Choose Runs…')}</Button>
          </header>
          {!view.mayOpenModels && (
            <Notice
              kind="info"
              text={t(
                'This workspace is not trusted: figures, curves and settings can be compared, but models cannot be opened.',
              )}
            />
          )}
          <Cautions model={model} />
          <CompareCurves model={model} />
          <CompareTables model={model} />
          {view.mayOpenModels && <CompareImages model={model} />}
          {view.mayOpenModels && <ComparePoints model={model} />}
        </div>
      )}
    </main>
  );
}

function RunLinks({ model }: { readonly model: CompareModel }) {
  return (
    <ul class="run-links">
      {model.runs.map((run) => (
        <li key={run.uri}>
          <button
            type="button"
            class="link"
            title={t('Open {0}', run.name)}
            onClick={() => void model.client.call('openRun', { run: run.uri }).catch(() => undefined)}
          >
            {model.name(run)}
          </button>
        </li>
      ))}
    </ul>
  );
}
