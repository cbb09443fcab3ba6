/** What a page that was exported from a run holds (src/export/web-page), as the page reads it (webview/web-page). */
import type { MetricRow } from '../domain/metrics';
import type { PageImages } from '../domain/export-formats';
import type { VaeConfig } from '../vae/config';
import type { DecoderTooLarge } from './engine';
import type { MapLayout } from './layout';
import type { MapTag } from './map';
import type { RunView } from './panel';

/**
 * An array of the page, by its place among the bytes that follow the facts:
 *
 * - `mean` (images × Nz), `elbo`, `kl`, `labels`, `splits`, and `places` (images × 2) where there is a layout;
 * - `meanVariances` (Nz): the mean over the page's images of the variances of q(z|x);
 * - `pictured`: the images whose pictures follow, and `pictures`, their bytes;
 * - `parameter:NAME` for each parameter of the decoder.
 */
export interface PageArray {
  readonly type: 'float32' | 'int32' | 'uint8';
  /** In bytes from the end of the facts, a multiple of 8. */
  readonly at: number;
  readonly length: number;
}

/** The images of the page's map. */
export interface PageMap {
  readonly count: number;
  /** Number of images of the run's dataset that are encoded; more than `count` if some are left out. */
  readonly total: number;
  /** Ids of the images: their names in the dataset, or invented ones that tell nothing. */
  readonly ids: readonly string[];
  readonly labelNames: readonly string[] | null;
  readonly layout: MapLayout | null;
  readonly tags: readonly MapTag[];
}

/** The facts of a page. */
export interface PageFacts {
  readonly format: typeof PAGE_FORMAT;
  /** Without its place on the machine that exported it. */
  readonly run: RunView;
  /** Training step of the weights. */
  readonly step: number;
  /** Name and version of what trained it. */
  readonly product: string;
  readonly model: VaeConfig;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly rows: readonly MetricRow[];
  /** Null if the page holds the decoder. */
  readonly decoderTooLarge: DecoderTooLarge | null;
  /** Null if the images could neither be read nor had been encoded. */
  readonly map: PageMap | null;
  /** Which images the person chose to have in the page, and whether with the names of their files. */
  readonly images: PageImages;
  readonly fileNames: boolean;
  readonly arrays: Readonly<Record<string, PageArray>>;
}

export const PAGE_FORMAT = 'latent-explorer/page/1';

/** Arrays begin at multiples of this many bytes. */
export const PAGE_ALIGNMENT = 8;
