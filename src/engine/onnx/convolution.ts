import type { ConvolutionAttributes } from '../../trace/operations';
import type { GraphBuilder } from './graphBuilder';

/**
 * Convolutions as matrix products: ONNX Runtime's own are made for weights that never change, and are several times slower
 * where they do. Images are [batch, height, width, channels], filters [height, width, in, out]; -1 stands for the batch.
 */
type Sizes = readonly number[];

interface Geometry extends ConvolutionAttributes {
  /** Height and width of the filter, of the image, and of the result. */
  readonly filter: Sizes;
  readonly image: Sizes;
  readonly result: Sizes;
}

/** @param imageShape @param filterShape whole shapes; the batch may be anything */
export function geometryOf(
  attributes: ConvolutionAttributes,
  imageShape: Sizes,
  filterShape: Sizes,
): Geometry {
  const image = imageShape.slice(1, 3);
  const filter = filterShape.slice(0, 2);
  const { padding, strides } = attributes;
  const result = image.map((size, i) => {
    const padded = size + padding[2 * i]! + padding[2 * i + 1]!;
    return Math.floor((padded - filter[i]!) / strides[i]!) + 1;
  });
  return { ...attributes, filter, image, result };
}

function offsets({ filter }: Geometry): [number, number][] {
  return Array.from({ length: filter[0]! * filter[1]! }, (_, i) => [
    Math.floor(i / filter[1]!),
    i % filter[1]!,
  ]);
}

function reshape(builder: GraphBuilder, x: string, shape: Sizes): string {
  return builder.add('Reshape', [x, builder.integers(shape)]);
}

function padded(builder: GraphBuilder, x: string, before: Sizes, after: Sizes): string {
  if ([...before, ...after].every((size) => size === 0)) return x;
  return builder.add('Pad', [x, builder.integers([0, ...before, 0, 0, ...after, 0])]);
}

function slice(
  builder: GraphBuilder,
  x: string,
  starts: Sizes,
  ends: Sizes,
  axes: Sizes,
  steps: Sizes,
): string {
  return builder.add('Slice', [x, ...[starts, ends, axes, steps].map((values) => builder.integers(values))]);
}

/** For each place of the result what the filter sees there: [batch * places, filter height * filter width * channels]. */
function patches(builder: GraphBuilder, image: string, geometry: Geometry, channels: number): string {
  const { strides, padding, result, filter } = geometry;
  const [above, below, left, right] = padding;
  const whole = padded(builder, image, [above, left], [below, right]);
  const seen = offsets(geometry).map((offset) =>
    slice(
      builder,
      whole,
      offset,
      offset.map((start, i) => start + (result[i]! - 1) * strides[i]! + 1),
      [1, 2],
      strides,
    ),
  );
  const all = builder.add('Concat', seen, { axis: { int: 3 } });
  return reshape(builder, all, [-1, filter[0]! * filter[1]! * channels]);
}

const columns = (filterShape: Sizes): Sizes => [
  filterShape[0]! * filterShape[1]! * filterShape[2]!,
  filterShape[3]!,
];

export function convolve(
  builder: GraphBuilder,
  image: string,
  filter: string,
  geometry: Geometry,
  filterShape: Sizes,
): string {
  const seen = patches(builder, image, geometry, filterShape[2]!);
  const product = builder.add('Gemm', [seen, reshape(builder, filter, columns(filterShape))]);
  return reshape(builder, product, [-1, ...geometry.result, filterShape[3]!]);
}

export function filterGradient(
  builder: GraphBuilder,
  image: string,
  gradient: string,
  geometry: Geometry,
  filterShape: Sizes,
): string {
  const seen = patches(builder, image, geometry, filterShape[2]!);
  const flat = reshape(builder, gradient, [-1, filterShape[3]!]);
  const product = builder.add('Gemm', [seen, flat], { transA: { int: 1 } });
  return reshape(builder, product, filterShape);
}

/**
 * The transpose of `convolve`: what each place gives to the pixels it has seen, added up. Pixels whose row and column have the
 * same remainders by the strides get theirs from the same offsets; so each such part is a sum of shifted pieces, and the
 * image is the parts laid into one another.
 */
export function imageGradient(
  builder: GraphBuilder,
  gradient: string,
  filter: string,
  geometry: Geometry,
  filterShape: Sizes,
): string {
  const { strides, padding, result, image } = geometry;
  const channels = filterShape[2]!;
  const flat = reshape(builder, gradient, [-1, filterShape[3]!]);
  const given = builder.add('Gemm', [flat, reshape(builder, filter, columns(filterShape))], {
    transB: { int: 1 },
  });
  const places = reshape(builder, given, [-1, ...result, filterShape[0]! * filterShape[1]! * channels]);
  const reach = strides.map((stride, i) => Math.ceil(filterShape[i]! / stride));
  const partSize = result.map((size, i) => size + reach[i]! - 1);

  const rows: string[] = [];
  for (let row = 0; row < strides[0]; row++) {
    const parts: string[] = [];
    for (let column = 0; column < strides[1]; column++) {
      parts.push(part(row, column));
    }
    const side = parts.map((x) => reshape(builder, x, [-1, ...partSize, 1, channels]));
    rows.push(builder.add('Concat', side, { axis: { int: 3 } }));
  }
  const [height, width] = [partSize[0]! * strides[0], partSize[1]! * strides[1]];
  const lines = rows.map((x) => reshape(builder, x, [-1, partSize[0]!, 1, width, channels]));
  const whole = reshape(builder, builder.add('Concat', lines, { axis: { int: 2 } }), [
    -1,
    height,
    width,
    channels,
  ]);
  // A last row that no place has seen is not there yet.
  const starts = [padding[0], padding[2]];
  const missing = image.map((size, i) => Math.max(0, starts[i]! + size - [height, width][i]!));
  const enough = padded(builder, whole, [0, 0], missing);
  return slice(
    builder,
    enough,
    starts,
    image.map((size, i) => starts[i]! + size),
    [1, 2],
    [1, 1],
  );

  function part(row: number, column: number): string {
    const pieces = offsets(geometry)
      .filter(([y, x]) => y % strides[0] === row && x % strides[1] === column)
      .map(([y, x]) => {
        const first = (y * filterShape[1]! + x) * channels;
        const piece = slice(builder, places, [first], [first + channels], [3], [1]);
        const before = [Math.floor(y / strides[0]), Math.floor(x / strides[1])];
        return padded(
          builder,
          piece,
          before,
          before.map((shift, i) => reach[i]! - 1 - shift),
        );
      });
    if (pieces.length === 0) {
      const nothing = slice(builder, places, [0], [channels], [3], [1]);
      const zero = builder.add('Mul', [nothing, builder.number(0)]);
      return padded(
        builder,
        zero,
        [0, 0],
        reach.map((size) => size - 1),
      );
    }
    return pieces.length === 1 ? pieces[0]! : builder.add('Sum', pieces);
  }
}
