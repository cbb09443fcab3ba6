const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** Rounds a number to the nearest of half precision, to the even one if two are as near (IEEE 754-2019, 4.3.1). @returns its bits */
export function halfBits(value: number): number {
  float[0] = value;
  const bits = floatBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From 65,520 on, the nearest is infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14, numbers of half precision are multiples of 2^-24.
  if (magnitude < 0x38800000) return sign | toEven(Math.abs(float[0]) * 2 ** 24);
  // The exponent's bias falls from 127 to 15, and 13 of 23 bits of the fraction go.
  return sign | toEven((magnitude - 0x38000000) / 2 ** 13);
}

function toEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** Returns the number with these bits. */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
