import { describe, expect, it } from 'vitest';
import { philoxBlock } from '../../src/random/philox';

/** Known answers of Philox 4x32-10 that come with Random123, the authors' own library (kat_vectors). */
const KNOWN_ANSWERS: readonly {
  name: string;
  counter: readonly [number, number, number, number];
  key: readonly [number, number];
  words: readonly number[];
}[] = [
  {
    name: 'all zeros',
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    name: 'all ones',
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    name: 'digits of pi',
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

describe('philoxBlock', () => {
  it.each(KNOWN_ANSWERS)('gives the known answer for $name', ({ counter, key, words }) => {
    const out = new Uint32Array(4);
    philoxBlock(...counter, ...key, out, 0);
    expect([...out]).toEqual(words);
  });

  it('writes four words at the offset and nothing else', () => {
    const out = new Uint32Array(8);
    philoxBlock(0, 0, 0, 0, 0, 0, out, 2);
    expect([...out]).toEqual([0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8, 0, 0]);
  });
});
