/** Kinds of files that a trained run can be exported as, and the names of the files of each. */
export const EXPORT_FILES = {
  onnx: ['encoder.onnx', 'decoder.onnx'],
  pytorch: ['model.py', 'model.safetensors'],
} as const satisfies Record<string, readonly string[]>;

export type ExportFormat = keyof typeof EXPORT_FILES;
export const EXPORT_FORMATS = Object.keys(EXPORT_FILES) as [ExportFormat, ...ExportFormat[]];
