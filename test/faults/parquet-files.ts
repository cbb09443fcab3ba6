/** Parquet files by hand, so that each page can say what it wants of itself. */
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import type { CompressionCodec, FileMetaData } from 'hyparquet';

/** A page of the values of a column. */
export interface Page {
  /** As its header says; what is left out is true. */
  readonly size?: number;
  readonly count: number;
  readonly compressed: Uint8Array;
  readonly kind?: 'data' | 'dictionary';
  readonly encoding?: 'plain' | 'dictionary';
}

export interface ParquetFileOptions {
  readonly codec: CompressionCodec;
  /** Of one row group. */
  readonly pages: readonly (Page & { readonly size: number })[];
  /** As the footer says. */
  readonly rows?: number;
  readonly totalSize?: number;
}

/** A file of one column `image` of bytes that are never missing. */
export function parquetFile({ codec, pages, rows, totalSize }: ParquetFileOptions): Uint8Array {
  const chunk = Buffer.concat(pages.flatMap((page) => [pageHeader(page), page.compressed]));
  const count = pages.reduce((sum, page) => sum + (page.kind === 'dictionary' ? 0 : page.count), 0);
  const declared = rows ?? count;
  const hasDictionary = pages[0]?.kind === 'dictionary';
  const metadata = {
    version: 2,
    schema: [
      { name: 'schema', num_children: 1 },
      { name: 'image', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' },
    ],
    num_rows: BigInt(declared),
    row_groups: [
      {
        columns: [
          {
            file_offset: 4n,
            meta_data: {
              type: 'BYTE_ARRAY',
              encodings: ['PLAIN'],
              path_in_schema: ['image'],
              codec,
              num_values: BigInt(declared),
              total_uncompressed_size: BigInt(
                totalSize ?? pages.reduce((sum, { size }) => sum + size + 64, 0),
              ),
              total_compressed_size: BigInt(chunk.length),
              data_page_offset: hasDictionary
                ? BigInt(4 + pageHeader(pages[0]!).length + pages[0]!.compressed.length)
                : 4n,
              ...(hasDictionary ? { dictionary_page_offset: 4n } : {}),
            },
          },
        ],
        total_byte_size: BigInt(chunk.length),
        num_rows: BigInt(declared),
      },
    ],
  } as unknown as FileMetaData;
  const footer = new ByteWriter();
  // Writes its own length, too.
  writeMetadata(footer, metadata);
  return Buffer.concat([Buffer.from('PAR1'), chunk, Buffer.from(footer.getBytes()), Buffer.from('PAR1')]);
}

function pageHeader({ kind = 'data', encoding = 'plain', size, count, compressed }: Page): Buffer {
  const writer = new ByteWriter();
  const body =
    kind === 'dictionary'
      ? { field_7: { field_1: count, field_2: 0 } }
      : { field_5: { field_1: count, field_2: encoding === 'plain' ? 0 : 8, field_3: 3, field_4: 3 } };
  serializeTCompactProtocol(writer, {
    field_1: kind === 'dictionary' ? 2 : 0,
    field_2: size,
    field_3: compressed.length,
    ...body,
  });
  return Buffer.from(writer.getBytes());
}

/** Plain values as a page has them, uncompressed. */
export function plainValues(values: readonly Uint8Array[]): Buffer {
  return Buffer.concat(values.flatMap((value) => [lengthOf(value.length), value]));
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes;
}

/** A page of equal values, each of so many zeros, compressed by Zstandard: hardly any bytes a megabyte. */
export function zstdOfZeros(values: number, length: number): Page & { readonly size: number } {
  const blocks: Buffer[] = [];
  for (let i = 0; i < values; i++) {
    blocks.push(zstdBlock(0, 4), lengthOf(length));
    for (let left = length; left > 0; left -= ZSTD_BLOCK) {
      const size = Math.min(left, ZSTD_BLOCK);
      blocks.push(zstdBlock(1, size, i === values - 1 && left <= ZSTD_BLOCK), Buffer.of(0));
    }
  }
  // Magic number, a frame that says its own size in 8 bytes, and no checksum.
  const header = Buffer.alloc(13);
  header.writeUInt32LE(0xfd2fb528, 0);
  header[4] = 0xe0;
  const size = values * (4 + length);
  header.writeBigUInt64LE(BigInt(size), 5);
  return { size, count: values, compressed: Buffer.concat([header, ...blocks]) };
}

const ZSTD_BLOCK = 131_072;

/** Of type 0 (as it is) or 1 (a byte that is repeated). */
function zstdBlock(type: 0 | 1, size: number, last = false): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3);
  return bytes;
}

/**
 * A page that the decoder of Snappy never gets to the end of: a literal whose length, as a number of 32 bits with a sign, leads
 * back to where it begins.
 */
export function endlessSnappy(): Page & { readonly size: number } {
  return { size: 16, count: 2, compressed: Uint8Array.of(16, 63 << 2, 0xfa, 0xff, 0xff, 0xff, 0, 0, 0, 0) };
}

export function repeated<T>(value: T, times: number): T[] {
  return Array.from({ length: times }, () => value);
}
