/** A path through latent space, exported for other programs. */
export interface PathFile {
  /** Run folder, and the step of its weights. */
  readonly run: string;
  readonly step: number;
  readonly kind: 'linear' | 'spherical';
  /** Names of the waypoints, and their frame numbers. */
  readonly images: readonly string[];
  readonly at: Uint32Array;
  /** frames × Nz. */
  readonly z: Float32Array;
  /** Log densities of the frames, in nats. */
  readonly logDensity?: { readonly prior: Float32Array; readonly aggregatePosterior: Float32Array | null };
  /** The image whose posterior mean is nearest to each frame, and its Euclidean distance. */
  readonly nearest?: { readonly ids: readonly string[]; readonly distances: Float32Array } | null;
}

/** Formats a path as JSON: `z` is a list of frames, each a list of coordinates. */
export function pathJson({ run, step, kind, images, at, z, logDensity, nearest }: PathFile): string {
  const frames = at.at(-1)! + 1;
  const latent = z.length / frames;
  const list = (values: Float32Array): number[] => Array.from(values);
  return `${JSON.stringify(
    {
      ...{ format: 'latent-explorer/path/1', run, step, kind },
      waypoints: images.map((name, i) => ({ name, frame: at[i] })),
      z: Array.from({ length: frames }, (_, i) => list(z.subarray(i * latent, (i + 1) * latent))),
      logDensity: logDensity && {
        prior: list(logDensity.prior),
        aggregatePosterior: logDensity.aggregatePosterior && list(logDensity.aggregatePosterior),
      },
      nearest: nearest && nearest.ids.map((id, i) => ({ id, distance: nearest.distances[i] })),
    },
    null,
    1,
  )}\n`;
}
