import type { RunSession } from '../run-session';
import { startChoice, startChoices } from '../start-points';
import { Select } from './select';

interface StartSelectProps {
  readonly session: RunSession;
  readonly label: string;
}

/** Chooses the start point that all tabs share: the origin, the inspector's image, or a point. */
export function StartSelect({ session, label }: StartSelectProps) {
  return (
    <Select
      label={label}
      choices={startChoices(session)}
      value={startChoice(session)}
      onChange={(around) => session.state.update({ around })}
    />
  );
}
