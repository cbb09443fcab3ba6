import * as vscode from 'vscode';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import type { Choice } from './train-choices';

interface LiveQuestion<T> {
  readonly title: string;
  readonly placeHolder: string;
  /** The choices by what is known now; called again whenever that changes. */
  readonly choices: () => readonly Choice<T>[];
  /** Whether more will become known. */
  readonly isBusy: () => boolean;
  /** Calls the listener when more is known. */
  readonly changed: (listener: () => void) => Disposable;
  /** The choice to begin with, until the user moves; undefined for the first. */
  readonly preferred?: () => T | undefined;
  /** An answer that makes the question superfluous; undefined while it is none. */
  readonly answered?: () => { readonly value: T } | undefined;
  /** Why a choice cannot be taken; null if it can. */
  readonly refusal?: (value: T) => string | null;
}

/** Asks a question whose choices say more as more becomes known; undefined if the user dismisses it. */
export function askLive<T>(question: LiveQuestion<T>): Promise<{ readonly value: T } | undefined> {
  const pick = vscode.window.createQuickPick<Choice<T> & vscode.QuickPickItem>();
  const owned = new Disposables();
  owned.add(pick);
  pick.title = question.title;
  pick.placeholder = question.placeHolder;
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.keepScrollPosition = true;
  let hasMoved = false;
  return new Promise<{ readonly value: T } | undefined>((resolve) => {
    const show = (): void => {
      const answer = question.answered?.();
      if (answer) return resolve(answer);
      const active = pick.activeItems[0]?.value;
      const choices = question.choices();
      pick.items = choices;
      pick.busy = question.isBusy();
      // What the user has moved to stays; until then it is what is preferred.
      const wanted = hasMoved ? active : (question.preferred?.() ?? choices[0]?.value);
      const item = choices.find(({ value }) => value === wanted);
      if (item) pick.activeItems = [item];
      shown = item?.value;
    };
    let shown: T | undefined;
    owned.add(
      pick.onDidChangeActive((items) => {
        const [item] = items;
        if (item && item.value !== shown) hasMoved = true;
      }),
    );
    owned.add(
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (!item) return;
        const refusal = question.refusal?.(item.value) ?? null;
        if (refusal === null) resolve({ value: item.value });
        else pick.placeholder = refusal;
      }),
    );
    owned.add(pick.onDidHide(() => resolve(undefined)));
    owned.add(question.changed(show));
    show();
    pick.show();
  }).finally(() => owned.dispose());
}
