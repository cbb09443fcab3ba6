import type * as z from 'zod';

/** Longest value that is quoted. */
const MAX_QUOTED_CHARACTERS = 100;

/** Describes the first mismatch of a value with its schema: which field, what was got and what was expected. */
export function describeMismatch(error: z.ZodError, value: unknown): string {
  const issue = deepest(error.issues[0]!);
  const where = issue.path.map(String).join('.') || 'argument';
  if (issue.code === 'unrecognized_keys')
    return `${where}: got an unknown field '${clipped(issue.keys[0]!)}'`;
  const got = issue.path.reduce<unknown>(
    (node, key) => (node as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
  return `${where}: got ${quoted(got)}, ${expectation(issue)}`;
}

type Issue = z.core.$ZodIssue;

/** Of a union, the mismatch with the one alternative that has the fields of the value, if there is one. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const [alternative, ...others] = issue.errors.filter((issues) =>
    issues.every(({ path }) => path.length > 0),
  );
  if (alternative === undefined || others.length > 0) return issue;
  const inner = deepest(alternative[0]!);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected === 'int' ? 'a whole number' : issue.expected}`;
    case 'too_small':
      return `expected at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `expected ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'custom':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
      return issue.message.startsWith('expected')
        ? issue.message
        : `expected another value: ${issue.message}`;
    default:
      return issue satisfies never;
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  if (origin === 'array') return ' entries';
  return '';
}

function quoted(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${clipped(value)}'`;
  return clipped(JSON.stringify(value) ?? typeof value);
}

function clipped(text: string): string {
  return text.length <= MAX_QUOTED_CHARACTERS ? text : `${text.slice(0, MAX_QUOTED_CHARACTERS)}…`;
}
