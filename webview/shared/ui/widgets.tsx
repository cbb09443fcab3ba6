/** The widget library's elements, and what goes with them, as components. */
import './safe-text';
import '../toolkit';
import type { ComponentChildren, HTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';
import type { Button as ButtonElement, Checkbox as CheckboxElement } from '../toolkit';

type WidgetAttributes<E extends HTMLElement> = HTMLAttributes<E> & {
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  readonly checked?: boolean;
  readonly disabled?: boolean;
};

declare module 'preact' {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Preact's types of elements are extended like this
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': WidgetAttributes<ButtonElement>;
      'vscode-checkbox': WidgetAttributes<CheckboxElement>;
      'vscode-progress-ring': HTMLAttributes<HTMLElement>;
    }
  }
}

export interface ButtonProps {
  readonly primary?: boolean;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

export function Button({ primary, disabled, title, onClick, children }: ButtonProps) {
  return (
    <vscode-button
      appearance={primary ? 'primary' : 'secondary'}
      disabled={disabled ?? false}
      title={title}
      onClick={() => disabled || onClick()}
    >
      {children}
    </vscode-button>
  );
}

interface CheckboxProps {
  readonly checked: boolean;
  readonly title?: string;
  readonly onChange: (checked: boolean) => void;
  readonly children: ComponentChildren;
}

export function Checkbox({ checked, title, onChange, children }: CheckboxProps) {
  return (
    <vscode-checkbox
      checked={checked}
      title={title}
      onChange={({ currentTarget }) => {
        // The library also fires for assignments by code.
        if (currentTarget.checked !== checked) onChange(currentTarget.checked);
      }}
    >
      {children}
    </vscode-checkbox>
  );
}

interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface RadioGroupProps<T extends string> {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** A horizontal group of radio buttons, which wraps in a narrow view. They are the browser's: the library's would be a twentieth of the script. */
export function RadioGroup<T extends string>({ label, choices, value, onChange }: RadioGroupProps<T>) {
  const name = useId();
  return (
    <div class="radio-group" role="radiogroup" aria-label={label}>
      {choices.map((choice) => (
        <label key={choice.value} class="radio">
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          {choice.label}
        </label>
      ))}
    </div>
  );
}

/** A progress indicator with a text. The style sheet hides the ring if motion should be reduced. */
export function Busy({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="busy" role="status">
      <vscode-progress-ring />
      <span>{children}</span>
    </div>
  );
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly choices: readonly (Choice<T> & { readonly title?: string })[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** Buttons in a row, of which one is pressed. */
export function Segments<T extends string>({ label, choices, value, onChange }: SegmentsProps<T>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          class="segment"
          title={choice.title}
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}
