import './safe-text';
import { t } from '../l10n';

interface SeedFieldProps {
  readonly seed: number;
  readonly onChange: (seed: number) => void;
}

/** The seed of random draws: a whole number from 0 on. What is none is taken as 0. */
export function SeedField({ seed, onChange }: SeedFieldProps) {
  return (
    <label class="select">
      {t('Seed')}
      <input
        type="number"
        min={0}
        step={1}
        class="seed"
        value={seed}
        onChange={({ currentTarget }) => {
          const wanted = Number(currentTarget.value);
          const next = Number.isSafeInteger(wanted) && wanted >= 0 ? wanted : 0;
          onChange(next);
          currentTarget.value = String(next);
        }}
      />
    </label>
  );
}
