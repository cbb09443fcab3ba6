import type { Samples } from '../../src/protocol/engine';
import type { SampleSource } from '../../src/protocol/schemas/values';
import { dimensionsBy } from '../shared/activity';
import { klSourceOf } from '../shared/choices';
import { count } from '../shared/format';
import { paintMosaic } from '../shared/pictures';
import { useQuery } from '../shared/use-query';
import type { RunSession } from '../shared/run-session';
import { Later } from '../shared/ui/later';
import { ErrorText } from '../shared/ui/notice';
import { SavePicture } from '../shared/ui/save-picture';
import { SeedField } from '../shared/ui/seed-field';
import { Busy, Button, RadioGroup } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { PictureGrid } from './picture-grid';

const COLUMNS = 10;
const SAMPLE_COUNT = 60;
const SOURCES = [
  { value: 'prior', label: t('Prior') },
  { value: 'aggregate', label: t('Aggregate posterior') },
] as const satisfies readonly { value: SampleSource; label: string }[];

/** Decoded random draws from the prior (Figure 5 of the paper) or from the fitted aggregate posterior. */
export function Draws({ session }: { readonly session: RunSession }) {
  const { state, run, kl } = session;
  const { sampleSeed: seed } = state.value;
  const from = klSourceOf(state.value.sampleFrom);
  const asked = useQuery(session, 'samples', { from, count: SAMPLE_COUNT, seed }, (params) =>
    session.client.call('sample', params),
  );
  const { answer } = asked;
  const isCurrent = answer?.question.from === from && answer.question.seed === seed;
  const shown = isCurrent || asked.isWaiting ? answer : null;
  return (
    <section class="samples draws" aria-label={t('Random samples')}>
      <div class="section-head">
        <h2>{t('Random samples')}</h2>
        <div class="surface">
          <RadioGroup
            label={t('Draw from')}
            choices={SOURCES}
            value={from}
            onChange={(sampleFrom) => state.update({ sampleFrom })}
          />
          <SeedField seed={seed} onChange={(sampleSeed) => state.update({ sampleSeed })} />
          <Button onClick={() => state.update({ sampleSeed: (seed + 1) % Number.MAX_SAFE_INTEGER })}>
            {t('Draw Again')}
          </Button>
        </div>
      </div>
      <ErrorText text={asked.trouble} />
      {shown === null ? (
        asked.isWaiting && (
          <Later>
            <Busy>{t('Drawing…')}</Busy>
          </Later>
        )
      ) : (
        <>
          <PictureGrid
            session={session}
            points={shown.answer}
            columns={COLUMNS}
            description={t(
              '{0} random draws: {1} Arrow keys move over them, Enter pins one.',
              SAMPLE_COUNT,
              meaningOf(shown.answer),
            )}
            nameOf={(cell) => t('Draw {0}', cell + 1)}
            order={dimensionsBy(kl, run.latent)}
          />
          <SavePicture
            session={session}
            of="samples"
            draw={(canvas) => paintMosaic(canvas, shown.answer.pictures, COLUMNS)}
          />
          <p class="quiet what">
            {t(
              '{0} Seed {1}, step {2}.',
              meaningOf(shown.answer),
              shown.question.seed,
              count(shown.answer.step),
            )}
          </p>
        </>
      )}
    </section>
  );
}

/** Describes the distribution that the draws come from. */
function meaningOf({ fittedOn }: Samples): string {
  if (fittedOn === null) return t('Draws of the prior N(0, I).');
  return (
    t('Draws of N(m, C), fitted to the aggregate posterior of {0} training images: ', count(fittedOn)) +
    t(
      'm is the mean of their posterior means, C the covariance of these plus their mean posterior variances.',
    )
  );
}
