import type { SchemaTree } from 'hyparquet';
import type { ParquetFile } from './parquet-file';
import { DataError } from '../../images/data-error';

const LABEL_NAMES = ['label', 'labels', 'fine_label', 'class', 'target', 'category'];
const IMAGE_NAMES = ['image', 'img', 'images', 'picture'];

/** The image and label columns of a Parquet file. */
export interface ImageColumns {
  /** Path of the column with the encoded images. */
  readonly image: readonly string[];
  readonly label: string | undefined;
  /** Class names, if the file lists them. */
  readonly names: readonly string[] | undefined;
}

interface Feature {
  readonly _type?: unknown;
  readonly names?: unknown;
}

/** Finds the image and label columns. @throws DataError that names the file if it has no image column */
export function imageColumnsOf({ name, schema, metadata }: ParquetFile): ImageColumns {
  const features = featuresOf(metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value);
  const columns = schema.children.map(({ element }) => element.name);
  const preferred = [
    ...columns.filter((column) => features.get(column)?._type === 'Image'),
    ...IMAGE_NAMES,
    ...columns,
  ];
  const pathOf = (column: string): readonly string[] | null => {
    const found = schema.children.find((child) => child.element.name === column);
    return found ? imagePathOf(found) : null;
  };
  const image = preferred.map(pathOf).find((path) => path !== null);
  if (!image) {
    const expected = 'expected one of bytes, or a struct with bytes';
    throw new DataError(`${name}: no column of images: got ${columns.slice(0, 20).join(', ')}; ${expected}`);
  }
  const classes = columns.filter((column) => features.get(column)?._type === 'ClassLabel');
  const label = [...classes, ...LABEL_NAMES].find(
    (column) =>
      column !== image[0] && schema.children.some((child) => child.element.name === column && isLabel(child)),
  );
  const names = label === undefined ? undefined : features.get(label)?.names;
  const areNames = Array.isArray(names) && names.every((entry) => typeof entry === 'string');
  return { image, label, names: areNames ? names : undefined };
}

/** Parses the exporting library's description of the columns; empty if it is not as expected. */
function featuresOf(text: string | undefined): ReadonlyMap<string, Feature> {
  try {
    const { info } = JSON.parse(text ?? '{}') as { info?: { features?: Record<string, Feature | null> } };
    return new Map(
      Object.entries(info?.features ?? {}).flatMap(([key, value]) => (value ? [[key, value]] : [])),
    );
  } catch {
    return new Map();
  }
}

/** Returns the path of the image bytes in a column; null if it contains none. */
function imagePathOf({ element, children }: SchemaTree): readonly string[] | null {
  const bytes =
    children.length === 0 ? element : children.find((child) => child.element.name === 'bytes')?.element;
  const isText = bytes?.logical_type?.type === 'STRING' || bytes?.converted_type === 'UTF8';
  if (bytes?.type !== 'BYTE_ARRAY' || isText) return null;
  return children.length === 0 ? [element.name] : [element.name, 'bytes'];
}

/** Whether a column may contain class labels; numbers that are dates or similar do not count. */
function isLabel({ element, children }: SchemaTree): boolean {
  const { type = '', converted_type: meaning = '' } = element;
  const isPlain = type === 'BYTE_ARRAY' || meaning === '' || /^U?INT_/.test(meaning);
  return children.length === 0 && ['INT32', 'INT64', 'BYTE_ARRAY'].includes(type) && isPlain;
}
