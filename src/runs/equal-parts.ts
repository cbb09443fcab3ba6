import { formatCount } from '../text/format-count';
import { RequestError } from './request-error';

/**
 * Each device has an equal part of every minibatch.
 * @throws RequestError naming the nearest minibatches that can be divided
 */
export function requireEqualParts(minibatch: number, devices: number): void {
  if (minibatch % devices === 0) return;
  const below = Math.floor(minibatch / devices) * devices;
  const nearest = [below, below + devices].filter((each) => each > 0).map(formatCount);
  throw new RequestError(
    `minibatch: got ${formatCount(minibatch)}, which ${formatCount(devices)} devices cannot share equally; the nearest that they can: ${nearest.join(' and ')} (--set minibatch=${nearest.at(-1)!.replaceAll(/\D/g, '')})`,
  );
}
