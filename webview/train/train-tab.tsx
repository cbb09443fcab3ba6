import type { RunSession } from '../shared/run-session';
import { Activity } from './activity';
import { Curve } from './curve';
import { EvaluationBlock } from './evaluation';
import { Reconstructions } from './reconstructions';

/** How training goes: the curve, and beside it what the model makes of images, which dimensions it uses, and its evaluation. */
export function TrainTab({ session }: { readonly session: RunSession }) {
  return (
    <div class="train-tab">
      <div class="train-columns">
        <Curve session={session} />
        <div class="train-side">
          <Reconstructions session={session} />
          <Activity session={session} />
          <EvaluationBlock session={session} />
        </div>
      </div>
    </div>
  );
}
