import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import * as z from 'zod';
import { isLocal, localPath } from '../local-files';

const EXPECTED = 'expected a path that begins at the root, or a file: URI';

/** A file or folder of this machine that a program names: a path, or a `file:` URI as text or as a `vscode.Uri`. Parses to the path. */
export const givenPath = z
  .union(
    [
      z.string().min(1).max(8192),
      z.custom<vscode.Uri>((value) => value instanceof vscode.Uri && isLocal(value)),
    ],
    EXPECTED,
  )
  .transform((given, context) => {
    const path = pathOf(given);
    // A relative path would begin where the editor happens to have been started.
    if (path !== null && isAbsolute(path)) return path;
    context.addIssue({ code: 'custom', message: EXPECTED });
    return z.NEVER;
  });

function pathOf(given: string | vscode.Uri): string | null {
  if (typeof given !== 'string') return localPath(given);
  try {
    return given.startsWith('file:') ? fileURLToPath(given) : given;
  } catch {
    return null;
  }
}
