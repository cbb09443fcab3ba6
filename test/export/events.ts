/** Readers of TensorBoard's files, written from the formats' descriptions alone. */

/** CRC-32C by its definition: division by the polynomial, a bit at a time. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = ((crc ^ (byte >>> bit)) & 1) === 1;
      crc = (crc >>> 1) ^ (isOdd ? 0x82f63b78 : 0);
    }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Undoes the mask of TFRecord. */
export const unmasked = (masked: number): number => {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
};

/** The records of a file. @throws Error if a checksum does not match */
export function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    const bytes = file.subarray(at + 12, at + 12 + length);
    if (unmasked(file.readUInt32LE(at + 8)) !== crc32c(file.subarray(at, at + 8))) throw new Error('length');
    if (unmasked(file.readUInt32LE(at + 12 + length)) !== crc32c(bytes)) throw new Error('bytes');
    records.push(bytes);
    at += length + 16;
  }
  return records;
}

type Field = number | Buffer;

/** The fields of a message of protocol buffers, by number; varints and floats as numbers. */
export function fieldsOf(message: Buffer): Map<number, Field[]> {
  const fields = new Map<number, Field[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const kind = tag & 7;
    let value: Field;
    if (kind === 0) value = varint();
    else if (kind === 1) value = message.readDoubleLE((at += 8) - 8);
    else if (kind === 5) value = message.readFloatLE((at += 4) - 4);
    else {
      const length = varint();
      value = message.subarray(at, (at += length));
    }
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), value]);
  }
  return fields;
}

export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly version: string | null;
  readonly scalars: Readonly<Record<string, number>>;
}

/** The events of a file: scalars by tag. */
export function eventsOf(file: Buffer): ReadEvent[] {
  return recordsOf(file).map((bytes) => {
    const event = fieldsOf(bytes);
    const [summary] = event.get(5) ?? [];
    const values = summary ? (fieldsOf(summary as Buffer).get(1) ?? []) : [];
    const scalars = values.flatMap((value) => {
      const fields = fieldsOf(value as Buffer);
      const [simple] = fields.get(2) ?? [];
      return simple === undefined ? [] : [[(fields.get(1)![0] as Buffer).toString(), simple as number]];
    });
    return {
      wallTime: event.get(1)![0] as number,
      step: (event.get(2)?.[0] ?? 0) as number,
      version: event.get(3)?.[0]?.toString() ?? null,
      scalars: Object.fromEntries(scalars) as Record<string, number>,
    };
  });
}
