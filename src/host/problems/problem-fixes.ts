import * as vscode from 'vscode';
import type { CheckFinding } from '../../protocol/schemas/checked';
import { Command } from '../identifiers';
import type { ImageProblems } from './image-problems';
import { localPath, localScheme } from '../local-files';

/** What can be done about an image with problems. */
export const FIXES = ['open', 'exclude', 'tag'] as const;
export type Fix = (typeof FIXES)[number];

/** A file that is not used can be looked at and excluded; it is no image of the run that could be tagged. */
export const fixesFor = (found: readonly CheckFinding[]): readonly Fix[] =>
  found.every(({ rule }) => rule === 'skipped-file') ? ['open', 'exclude'] : FIXES;

export function fixTitle(fix: Fix): string {
  switch (fix) {
    case 'open':
      return vscode.l10n.t('Open It, and the Image That It Repeats');
    case 'exclude':
      return vscode.l10n.t('Exclude It from Future Trainings');
    case 'tag':
      return vscode.l10n.t('Tag It in the Run…');
  }
}

/** Offers the fixes where the editor shows a file as text; for pictures, the command does. */
export function quickFixes(problems: ImageProblems): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions({ uri }) {
      const found = problems.of(localPath(uri));
      return (found.length === 0 ? [] : fixesFor(found).filter((fix) => fix !== 'tag')).map((fix) => {
        const title = fixTitle(fix);
        const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        action.command = { title, command: Command.fixProblem, arguments: [{ file: localPath(uri), fix }] };
        return action;
      });
    },
  };
  return vscode.languages.registerCodeActionsProvider({ scheme: localScheme() }, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}
