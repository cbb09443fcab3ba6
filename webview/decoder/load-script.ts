import type { DecoderScript } from './decoder-script';

/**
 * Loads decoder.js and its WebAssembly into the page, from where the host's page says that they are.
 * @throws Error where the page has none, or the browser cannot run it
 */
export async function loadDecoderScript(): Promise<DecoderScript> {
  const { decoder, wasm } = document.getElementById('app')?.dataset ?? {};
  if (decoder === undefined || wasm === undefined) throw new Error('this page comes without a decoder');
  const [binary] = await Promise.all([bytesAt(wasm), runScript(decoder)]);
  const script = globalThis.decoderScript;
  if (script === undefined) throw new Error(`${decoder} did not run`);
  await script.start(binary);
  return script;
}

async function bytesAt(address: string): Promise<ArrayBuffer> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}

function runScript(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    // The page's policy admits scripts by the nonce of its own.
    script.nonce = document.querySelector<HTMLScriptElement>('script[src]')?.nonce ?? '';
    script.src = address;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error(`${address} could not be loaded`)));
    document.head.append(script);
  });
}
