import type { RunView } from '../../../src/protocol/panel';
import { KeptChoices } from '../../../webview/shared/kept-choices';
import { RunSession } from '../../../webview/shared/run-session';
import { RUN, fakeHost } from '../fake-host';
import type { Answers } from '../fake-host';

/** A session of a run with two latent dimensions, on a host that answers as it is told. */
export function sessionOn(answers: Answers = {}, stored: unknown = null, run: RunView = RUN) {
  const fake = fakeHost(answers);
  let state = stored;
  const choices = new KeptChoices({ read: () => state, write: (written) => (state = written) });
  const session = new RunSession(fake.client, run, choices.of(run.uri, 'images'));
  return { fake, session, stored: () => state };
}
