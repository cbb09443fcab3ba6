import './safe-text';
import type { SelectChoice } from '../select-choice';

interface SelectProps {
  readonly label: string;
  readonly choices: readonly SelectChoice[];
  readonly value: string;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
}

/** A native drop-down list, which works everywhere and is accessible to screen readers. */
export function Select({ label, choices, value, disabled, onChange }: SelectProps) {
  const groups = [...new Set(choices.flatMap(({ group }) => group ?? []))];
  const options = (group: string | undefined) =>
    choices
      .filter((choice) => choice.group === group)
      .map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ));
  return (
    <label class="select">
      <span aria-hidden="true">{label}</span>
      <select
        aria-label={label}
        value={value}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        {options(undefined)}
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {options(group)}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
