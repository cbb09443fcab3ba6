import { expect, test } from 'vitest';
import type { MapField, MapTag } from '../../../../src/protocol/map';
import { csvOf } from '../../../../webview/map/data/csv';
import type { PlotData } from '../../../../webview/map/data/plot-data';
import type { MapData, MapValues } from '../../../../webview/map/data/map-data';
import type { MapAxis } from '../../../../webview/map/data/map-axis';

const IDS = ['a,"b"\n1.png', '2.png'];
const COLUMNS: Readonly<Record<string, MapValues>> = {
  'pc:0': Float32Array.of(0.1, -2),
  'mean:1': Float32Array.of(3, 4),
  elbo: Float32Array.of(-91.25, -80),
  reconstruction: Float32Array.of(-70, -60),
  kl: Float32Array.of(21.25, 20),
  norm: Float32Array.of(1, 2),
  'field:seconds': Float64Array.of(1_700_000_001.1, NaN),
  'field:camera': Float64Array.of(-1, 1),
  'field:label': Float64Array.of(0, 0),
};

/** What a map shows that has these images, columns and axes. */
function drawnOn(x: MapAxis, y: MapAxis, fields: readonly MapField[] = []): PlotData {
  const data = {
    ...{ images: { ids: IDS }, fields },
    labelOf: (index: number) => [null, 'even'][index],
    splitOf: () => 'training',
    column: (name: string) => Promise.resolve(COLUMNS[name]),
    field: (name: string) => Promise.resolve(COLUMNS[`field:${name}`]),
  } as unknown as MapData;
  return { data, x, y, values: [COLUMNS[x]!, COLUMNS[y]!] } as unknown as PlotData;
}
const linesOf = async (drawn: PlotData, tags: readonly MapTag[] = []): Promise<string[]> =>
  (await csvOf(drawn, tags, [1])).split('\r\n');

test('a table quotes what it must and keeps every digit', async () => {
  const fields = [
    { name: 'seconds', names: null },
    { name: 'camera', names: ['left', 'the "right", other'] },
  ];
  const tags = [
    { name: 'odd, or so', ids: [IDS[0]!, 'elsewhere.png'] },
    { name: 'two', ids: IDS },
  ];
  expect(await csvOf(drawnOn('pc:0', 'mean:1', fields), tags, [1, 0])).toBe(
    'id,label,split,elbo,reconstruction,kl,norm,pc:0,mean:1,tags,seconds,camera\r\n' +
      '2.png,even,training,-80,-60,20,2,-2,4,two,,"the ""right"", other"\r\n' +
      '"a,""b""\n1.png",,training,-91.25,-70,21.25,1,0.10000000149011612,3,"odd, or so; two",1700000001.1,\r\n',
  );
});

test('an axis that is there already comes once', async () => {
  const fields = [{ name: 'seconds', names: null }];
  const [head] = await linesOf(drawnOn('field:seconds', 'elbo', fields));
  expect(head).toBe('id,label,split,elbo,reconstruction,kl,norm,tags,seconds');
  expect((await linesOf(drawnOn('mean:1', 'mean:1')))[0]).toMatch(/norm,mean:1,tags$/);
});

test('a column of the dataset never has the name of another', async () => {
  const fields = [{ name: 'label', names: ['of the dataset'] }];
  const [head, line] = await linesOf(drawnOn('pc:0', 'mean:1', fields));
  expect(head).toMatch(/^id,label,.*,tags,field:label$/);
  expect(line).toMatch(/^2\.png,even,.*,of the dataset$/);
});
