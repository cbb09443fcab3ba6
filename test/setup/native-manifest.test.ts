import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkedManifest, NATIVE_MANIFEST, readNativeManifest } from '../../src/setup/native-manifest.mjs';

const SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const member = {
  ...{ name: 'a/liba.so', offset: 100, compressed: 500, isDeflated: true, size: 2000 },
  ...{ sha256: SHA256, file: 'x/liba.so', mode: 0o644 },
};
const wheel = {
  address: 'https://wheels.invalid/a.whl',
  bytes: 1000,
  sha256: SHA256,
  members: [member],
};
const manifest = {
  tensorflow: '9.9.9',
  wheels: [wheel],
  binding: ['tfjs_binding.node'],
  bindingFolder: '',
};
const withMember = (change: object) => ({
  ...manifest,
  wheels: [{ ...wheel, members: [{ ...member, ...change }] }],
});

test('a manifest is read from its folder; where there is none, nothing is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'manifest-'));
  try {
    expect(await readNativeManifest(folder)).toBeNull();
    expect(await readNativeManifest(null)).toBeNull();
    await writeFile(join(folder, NATIVE_MANIFEST), JSON.stringify({ ...manifest, key: 'of the build' }));
    expect(await readNativeManifest(folder)).toEqual(manifest);
    await writeFile(join(folder, NATIVE_MANIFEST), '{');
    await expect(readNativeManifest(folder)).rejects.toThrow(/manifest\.json cannot be used: /);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['no object', [], /the manifest: got \[\], expected an object/],
  ['no list of wheels', { ...manifest, wheels: {} }, /wheels: expected a list/],
  ['a file outside', withMember({ file: '../liba.so' }), /file: got "\.\.\/liba\.so"/],
  ['an absolute file', withMember({ file: '/etc/liba.so' }), /file: got/],
  ['a file of another system', withMember({ file: 'a\\..\\liba.so' }), /file: got/],
  ['a binding elsewhere', { ...manifest, binding: ['../x.node'] }, /binding: got/],
  ['a folder elsewhere', { ...manifest, bindingFolder: '..' }, /bindingFolder: got/],
  ['plain http', { ...manifest, wheels: [{ ...wheel, address: 'http://wheels.invalid/' }] }, /with https/],
  ['a file', { ...manifest, wheels: [{ ...wheel, address: 'file:///etc/passwd' }] }, /with https/],
  ['no sha256', withMember({ sha256: 'abc' }), /sha256: got "abc"/],
  ['a negative offset', withMember({ offset: -1 }), /offset: got -1, expected a whole number/],
  ['a member behind the end', withMember({ offset: 900 }), /ends behind the wheel's 1000 bytes/],
  ['more than deflated bytes can give', withMember({ size: 516_001 }), /which 500 bytes cannot give/],
  ['more than stored bytes are', withMember({ isDeflated: false, size: 501 }), /which 500 bytes cannot give/],
  ['a file that no disk should get', withMember({ size: 5e9 }), /size: got 5000000000/],
  ['set-uid', withMember({ mode: 0o4755 }), /mode: got 2541/],
  ['the same file twice', { ...manifest, wheels: [wheel, wheel] }, /two members have the same file/],
  [
    'too much in all',
    {
      ...manifest,
      wheels: [
        {
          ...wheel,
          bytes: 1e10,
          members: [1, 2, 3, 4].map((i) => ({ ...member, file: `l${i}`, compressed: 5e9, size: 3.9e9 })),
        },
      ],
    },
    /its files have 15600000000 bytes/,
  ],
])('a manifest with %s is refused', (_, value, reason) => {
  expect(() => checkedManifest(value)).toThrow(reason);
});
