/** Names that TensorBoard takes for those of event files; each folder is one of its runs. */
const EVENT_FILE = 'events.out.tfevents.0.latent-explorer';
const EVENT_FILES = [
  `tensorboard/${EVENT_FILE}`,
  `tensorboard/train/${EVENT_FILE}`,
  `tensorboard/validation/${EVENT_FILE}`,
] as const;

/** Kinds of files that a trained run can be exported as, and the names of the files of each. */
export const EXPORT_FILES = {
  onnx: ['encoder.onnx', 'decoder.onnx'],
  pytorch: ['model.py', 'model.safetensors'],
  tfjs: [
    'tfjs/encoder/model.json',
    'tfjs/encoder/weights.bin',
    'tfjs/decoder/model.json',
    'tfjs/decoder/weights.bin',
  ],
  latents: null,
  tensorboard: [
    ...EVENT_FILES,
    'tensorboard/projector_config.pbtxt',
    'tensorboard/vectors.tsv',
    'tensorboard/metadata.tsv',
    'tensorboard/sprite.png',
  ],
  'model-card': ['model-card.md', 'model-card/reconstructions.png', 'model-card/samples.png'],
  html: ['explorer.html'],
  run: ['run.vae.zip'],
} as const satisfies Record<string, readonly string[] | null>;

export type ExportFormat = keyof typeof EXPORT_FILES;
export const EXPORT_FORMATS = Object.keys(EXPORT_FILES) as [ExportFormat, ...ExportFormat[]];

/** Kinds of tables, by the end of the file's name. */
export const TABLE_TYPES = ['parquet', 'csv', 'npz'] as const;
export type TableType = (typeof TABLE_TYPES)[number];

/** Which of the dataset's images a page holds. */
export const PAGE_IMAGES = ['sample', 'all', 'none'] as const;
export type PageImages = (typeof PAGE_IMAGES)[number];

/** What can be chosen; the kind of table counts for `latents` alone, the images for `html`. */
export interface ExportChoice {
  readonly format: ExportFormat;
  readonly table: TableType;
  /** Absent for a sample. */
  readonly images?: PageImages;
}

/** Everything that can be chosen, once. */
export const EXPORT_CHOICES: readonly ExportChoice[] = EXPORT_FORMATS.flatMap((format) =>
  TABLE_TYPES.slice(0, format === 'latents' ? TABLE_TYPES.length : 1).map((table) => ({ format, table })),
);

/** Returns the names of the files, below the folder of the export, with '/'. */
export function exportedNames({ format, table }: ExportChoice): readonly string[] {
  return EXPORT_FILES[format] ?? [`${format}.${table}`];
}
