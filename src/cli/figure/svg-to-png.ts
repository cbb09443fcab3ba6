import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { compileWasm, readAsset } from '../../images/codecs/asset-file';

/** Has Latin, Greek and Cyrillic letters; others in a dataset's name become boxes. */
const FONT = '@expo-google-fonts/didact-gothic/400Regular/DidactGothic_400Regular.ttf';
const FONT_FAMILY = 'Didact Gothic';

let font: Promise<Uint8Array> | undefined;

/** Starts resvg and reads the font. @throws Error if a file of the installation is missing */
async function start(): Promise<Uint8Array> {
  await initWasm(await compileWasm('@resvg/resvg-wasm/index_bg.wasm'));
  return readAsset(FONT);
}

/** Renders an SVG as the bytes of a PNG file, with `scale` pixels per CSS pixel in each direction. */
export async function svgToPng(svg: string, scale: number): Promise<Uint8Array> {
  const fontBuffers = [await (font ??= start())];
  const renderer = new Resvg(svg, {
    // Fonts of the system would give another picture on each machine.
    font: { fontBuffers, defaultFontFamily: FONT_FAMILY, sansSerifFamily: FONT_FAMILY },
    fitTo: { mode: 'zoom', value: scale },
  });
  try {
    return renderer.render().asPng();
  } finally {
    renderer.free();
  }
}
