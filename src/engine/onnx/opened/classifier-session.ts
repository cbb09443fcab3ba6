import type { OnnxTensor } from '../tensor';
import { classesOf, probabilitiesOf } from './classifier-use';
import type { Classifier, ClassifierUse } from './classifier-use';
import { ModelFileError } from './model-file';
import { dimsOf, toModel } from './pixels';
import type { RunningFiles } from './running-files';

/** Images per call, so that a call is short beside the time after which it counts as endless. */
const MAX_IMAGES_PER_CALL = 16;

/** A classifier that others made: ONNX Runtime runs its file. */
export class ClassifierSession implements Classifier {
  constructor(
    private readonly use: ClassifierUse,
    private readonly files: RunningFiles<'classifier'>,
  ) {}

  async classify(images: Uint8Array, count: number): Promise<Float32Array> {
    const { use } = this;
    const size = use.width * use.height * use.channels;
    if (images.length !== count * size)
      throw new RangeError(`images: got ${images.length} bytes, expected ${count} images of ${size}`);
    const classes = classesOf(use);
    const result = new Float32Array(count * classes);
    const most = use.batch ?? MAX_IMAGES_PER_CALL;
    for (let first = 0; first < count; first += most) {
      const number = Math.min(most, count - first);
      const values = await this.call(images.subarray(first * size, (first + number) * size), number);
      result.set(probabilitiesOf(values, use), first * classes);
    }
    if (result.every((value) => value >= 0 && value <= 1 + 1e-3)) return result;
    throw new ModelFileError(
      `the classifier's output '${use.output}' holds values that are not ${use.values}, or not numbers; attach it again and say what they are, or how pixels are scaled for it (now '${use.scale}')`,
    );
  }

  dispose(): void {
    this.files.dispose();
  }

  /** @returns number × `use.numbers`, of a call that takes as many images as the file does */
  private async call(images: Uint8Array, number: number): Promise<Float32Array> {
    const { use } = this;
    const of = use.batch ?? number;
    const own = new Uint8Array(of * use.width * use.height * use.channels);
    own.set(images);
    const values = toModel(own, use, use);
    const dims = dimsOf(use.layout, use, of);
    const input: OnnxTensor =
      use.element === 'uint8'
        ? { type: 'uint8', dims, data: Uint8Array.from(values, Math.round) }
        : { type: 'float32', dims, data: values };
    const { [use.output]: output } = await this.files.run('classifier', { [use.input]: input });
    if (output?.type === 'float32' && output.data.length === of * use.numbers)
      return output.data.subarray(0, number * use.numbers);
    throw new ModelFileError(
      `the classifier's output '${use.output}' is ${output ? `${output.type}[${output.dims.join(', ')}]` : 'missing'}, expected ${of} times ${use.numbers} numbers`,
    );
  }
}
