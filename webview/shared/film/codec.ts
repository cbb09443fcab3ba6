/** What encodes a video, and the file that it is written into. */
export interface Codec {
  /** As WebCodecs names it. */
  readonly codec: string;
  readonly container: 'mp4' | 'webm';
  /** As the container names it. */
  readonly track: 'avc' | 'V_VP9' | 'V_VP8';
}

/** What platforms may encode: most players know the first, and every Chromium encodes the last. Levels are those for 4096 × 2304 pixels. */
const CODECS: readonly Codec[] = [
  { codec: 'avc1.640033', container: 'mp4', track: 'avc' },
  { codec: 'vp09.00.51.08', container: 'webm', track: 'V_VP9' },
  { codec: 'vp8', container: 'webm', track: 'V_VP8' },
];

/** Bits for each pixel of a second: small pictures with sharp edges, so more than films of cameras take. */
const BITS_PER_PIXEL = 3;
/** What most films have about. */
const USUAL_SIDE = 512;
const MIN_BITRATE = 1_000_000;
const MAX_BITRATE = 20_000_000;

export function configFor({ codec }: Codec, width: number, height: number): VideoEncoderConfig {
  const bitrate = Math.min(MAX_BITRATE, Math.max(MIN_BITRATE, BITS_PER_PIXEL * width * height));
  return { codec, width, height, bitrate };
}

/** Returns the first codec that this platform encodes films of this size with; null if there is none. */
export async function codecFor(width: number, height: number): Promise<Codec | null> {
  if (typeof VideoEncoder === 'undefined') return null;
  for (const codec of CODECS) {
    const { supported } = await VideoEncoder.isConfigSupported(configFor(codec, width, height)).catch(() => ({
      supported: false,
    }));
    if (supported) return codec;
  }
  return null;
}

/** Returns the file format of videos on this platform; null if it encodes none. */
export async function videoFormat(): Promise<Codec['container'] | null> {
  return (await codecFor(USUAL_SIDE, USUAL_SIDE))?.container ?? null;
}
