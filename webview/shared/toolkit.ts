/** Wraps the widget library; no other file imports it. */
import './nonce';
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeProgressRing,
  vsCodeRadio,
  vsCodeRadioGroup,
} from '@vscode/webview-ui-toolkit';
import type { Button, Checkbox, RadioGroup } from '@vscode/webview-ui-toolkit';
import { setAttributes, shownChildren, shownText } from './element';
import type { Child } from './element';

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeProgressRing(),
  vsCodeRadio(),
  vsCodeRadioGroup(),
);

export type { Button, Checkbox, RadioGroup };

export interface ButtonOptions {
  readonly label: string;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly onClick: () => void;
}

export function button({ label, primary, disabled, title, onClick }: ButtonOptions): Button {
  const node = document.createElement('vscode-button') as Button;
  setAttributes(node, { appearance: primary === true ? 'primary' : 'secondary', title });
  node.append(shownText(label));
  node.disabled = disabled === true;
  node.addEventListener('click', () => {
    if (!node.disabled) onClick();
  });
  return node;
}

/** Creates a checkbox. `onChange` is called only for changes by the user, not by code. */
export function checkbox(label: string, checked: boolean, onChange: (checked: boolean) => void): Checkbox {
  const node = document.createElement('vscode-checkbox') as Checkbox;
  node.append(shownText(label));
  let known = checked;
  node.checked = checked;
  node.addEventListener('change', () => {
    // The library also fires for assignments by code.
    if (node.checked === known) return;
    known = node.checked;
    onChange(known);
  });
  return node;
}

/** Creates a radio group, horizontal so that it wraps in a narrow view. */
export function radioGroup<T extends string>(
  label: string,
  choices: readonly { readonly value: T; readonly label: string }[],
  selected: T,
  onChange: (value: T) => void,
): RadioGroup {
  const group = document.createElement('vscode-radio-group') as RadioGroup;
  setAttributes(group, { orientation: 'horizontal', 'aria-label': label });
  for (const choice of choices) {
    const radio = document.createElement('vscode-radio') as HTMLElement & { value: string };
    radio.setAttribute('value', choice.value);
    radio.append(shownText(choice.label));
    group.append(radio);
  }
  group.value = selected;
  let known: string = selected;
  group.addEventListener('change', () => {
    const chosen = choices.find((choice) => choice.value === group.value);
    if (chosen === undefined || chosen.value === known) return;
    known = chosen.value;
    onChange(chosen.value);
  });
  return group;
}

/** Creates a progress indicator with `text`. The style sheet hides the ring if motion should be reduced. */
export function busy(...text: Child[]): HTMLElement {
  const node = document.createElement('div');
  node.className = 'busy';
  node.setAttribute('role', 'status');
  const label = document.createElement('span');
  label.append(...shownChildren(text));
  node.append(document.createElement('vscode-progress-ring'), label);
  return node;
}
