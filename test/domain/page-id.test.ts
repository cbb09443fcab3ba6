import { expect, it } from 'vitest';
import { fileOfImage, imageOfPage, pageOfUri, uriOfPage } from '../../src/domain/page-id';

it('an id names the file and the page', () => {
  expect(fileOfImage(imageOfPage('a/b c.tif', 12))).toEqual({ file: 'a/b c.tif', page: 12 });
  expect(fileOfImage('a#1.tiff#0')).toEqual({ file: 'a#1.tiff', page: 0 });
  for (const id of ['a.tif', 'a#3', 'a#3.png', 'a.tif#x', 'a.tif#', 'dir.d/a#1']) {
    expect(fileOfImage(id)).toEqual({ file: id });
  }
});

it('a URI names the page as its fragment', () => {
  expect(pageOfUri(uriOfPage('file:///a%23b.tif', 7))).toBe(7);
  expect(uriOfPage('file:///a.tif')).toBe('file:///a.tif');
  for (const uri of ['file:///a.tif', 'file:///a%231.tif', 'file:///a.tif#x'])
    expect(pageOfUri(uri)).toBeUndefined();
});
