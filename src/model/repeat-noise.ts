/** Repeats the same noise for each of `size` images. @param noise draws × Nz @returns draws × size × Nz */
export function repeatNoise(noise: Float32Array, size: number, latent: number): Float32Array {
  const result = new Float32Array(noise.length * size);
  for (let row = 0; row < result.length / latent; row++) {
    const draw = Math.floor(row / size);
    result.set(noise.subarray(draw * latent, (draw + 1) * latent), row * latent);
  }
  return result;
}
