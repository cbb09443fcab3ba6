import type { ExplorerClient } from '../shared/run-session';
import { Later } from '../shared/ui/later';
import { Busy } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { Empty } from './empty';
import { Trouble } from './messages';
import { runParts } from './run-parts';
import type { ShownSession } from './shown-session';
import { Workbench } from './workbench';

/** The workbench of the shown run, the page without a run, or the wait for the host's first answer. */
export function Page({ shown, client }: { readonly shown: ShownSession; readonly client: ExplorerClient }) {
  const session = shown.session.value;
  const trouble = shown.trouble.value;
  return (
    <main class="page">
      {trouble !== '' && (
        <Trouble text={trouble} onRetry={shown.pull} onLog={() => void client.call('showLog', {})} />
      )}
      {session === undefined && trouble === '' && (
        <Later>
          <div class="waiting">
            <Busy>{t('Reading the run…')}</Busy>
          </div>
        </Later>
      )}
      {session === null && <Empty client={client} />}
      {session && (
        <Workbench key={session.uri} session={session} makeParts={runParts} working={shown.working} />
      )}
    </main>
  );
}
