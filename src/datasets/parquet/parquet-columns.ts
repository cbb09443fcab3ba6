import type { SchemaTree } from 'hyparquet';
import type { ParquetFile } from './parquet-file';
import { labelColumnOf } from './parquet-label-column';
import type { LabelColumn } from './parquet-label-column';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';

const LABEL_NAMES = ['label', 'labels', 'fine_label', 'class', 'target', 'category'];
const IMAGE_NAMES = ['image', 'img', 'images', 'picture'];

/** The image and label columns of a Parquet file. */
export interface ImageColumns {
  /** Path of the column with the encoded images. */
  readonly image: readonly string[];
  readonly label: LabelColumn | undefined;
  /** Why a column that is called like labels holds none, if there is no other. */
  readonly labelProblem: string | undefined;
  /** Class names, if the file lists them. */
  readonly names: readonly string[] | undefined;
}

interface Feature {
  readonly _type?: unknown;
  readonly names?: unknown;
  /** Of the elements of a list. */
  readonly feature?: Feature | null;
}

/** Finds the image and label columns. @throws DataError that names the file if it has no image column */
export function imageColumnsOf({ name, schema, metadata }: ParquetFile, rules: ReadingRules): ImageColumns {
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
  const classes = columns.filter((column) => classOf(features.get(column)) !== undefined);
  const candidates = [...new Set([...classes, ...LABEL_NAMES])].flatMap((column) =>
    schema.children.filter(({ element }) => element.name === column && column !== image[0]),
  );
  const found = candidates.map((column) => labelColumnOf(column, rules));
  const label = found.find((one) => typeof one === 'object');
  const names = label && classOf(features.get(label.path[0]!))?.names;
  const areNames = Array.isArray(names) && names.every((entry) => typeof entry === 'string');
  return {
    image,
    label,
    labelProblem: label ? undefined : found.find((one) => typeof one === 'string'),
    names: areNames ? names : undefined,
  };
}

/** Returns the description of class labels, or of lists of these. */
function classOf(feature: Feature | undefined): Feature | undefined {
  const known = feature?._type === 'ClassLabel' ? feature : feature?.feature;
  return known?._type === 'ClassLabel' ? known : undefined;
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
  // A list has several images in a row.
  if ([element, bytes].some((part) => part?.repetition_type === 'REPEATED')) return null;
  const isText = bytes?.logical_type?.type === 'STRING' || bytes?.converted_type === 'UTF8';
  if (bytes?.type !== 'BYTE_ARRAY' || isText) return null;
  return children.length === 0 ? [element.name] : [element.name, 'bytes'];
}
