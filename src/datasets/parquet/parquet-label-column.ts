import type { SchemaElement, SchemaTree } from 'hyparquet';
import type { ReadingRules } from '../../domain/reading';

/** A column of class labels. */
export interface LabelColumn {
  readonly path: readonly string[];
  readonly type: string;
  /** Whether rows are lists. */
  readonly isList: boolean;
}

/** Fields of a struct that may name its class, in order of preference. */
const NAME_FIELDS = ['name', 'label', 'class', 'class_name', 'text', 'value', 'id'];

/**
 * Returns the labels of a column, or why it cannot hold any: truth values, numbers, texts, a struct with one of these as its name,
 * or a list of these. By the rules 1, only whole numbers and bytes.
 */
export function labelColumnOf(column: SchemaTree, rules: ReadingRules): LabelColumn | string {
  const { element, children } = column;
  const { name } = element;
  if (rules === 1) {
    const { type = '', converted_type: meaning = '' } = element;
    const isPlain = type === 'BYTE_ARRAY' || meaning === '' || /^U?INT_/.test(meaning);
    const isLabel = children.length === 0 && ['INT32', 'INT64', 'BYTE_ARRAY'].includes(type) && isPlain;
    return isLabel ? { path: [name], type, isList: false } : `column '${name}'`;
  }
  return leafOf(column, []);
}

/** Follows lists and structs to the values. */
function leafOf({ element, children }: SchemaTree, before: readonly string[]): LabelColumn | string {
  const path = [...before, element.name];
  const isRepeated = element.repetition_type === 'REPEATED';
  if (children.length === 0) {
    const problem = problemOf(element);
    return problem === null
      ? { path, type: element.type!, isList: isRepeated }
      : `column '${path[0]}' holds ${problem}`;
  }
  const only = children[0]!;
  const isList = element.converted_type === 'LIST' || element.logical_type?.type === 'LIST' || isRepeated;
  const isWrapper = children.length === 1 && (isList || only.element.repetition_type === 'REPEATED');
  const named = NAME_FIELDS.map((name) => children.find((child) => child.element.name === name));
  const next = isWrapper ? only : named.find((child) => child !== undefined);
  if (!next) {
    const fields = children.slice(0, 5).map((child) => child.element.name);
    return `column '${path[0]}' holds structs of ${fields.join(', ')}, expected one of ${NAME_FIELDS.join(', ')}`;
  }
  const leaf = leafOf(next, path);
  return typeof leaf === 'string' ? leaf : { ...leaf, isList: leaf.isList || isRepeated };
}

/** Returns what a column of values that are no labels holds; null if they may be labels. */
function problemOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): string | null {
  const meaning = `${logical?.type ?? ''} ${converted ?? ''}`;
  if (/TIMESTAMP|DATE|TIME/.test(meaning) || type === 'INT96') return 'dates or times, which are not classes';
  if (/DECIMAL/.test(meaning)) return 'decimal numbers, expected whole ones';
  if (/INTERVAL|UUID|BSON|FLOAT16/.test(meaning) || type === 'FIXED_LEN_BYTE_ARRAY') {
    return `values of the type ${logical?.type ?? converted ?? type}, expected numbers or texts`;
  }
  return ['BOOLEAN', 'INT32', 'INT64', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY'].includes(type!)
    ? null
    : `values of the type ${type}, expected numbers or texts`;
}
