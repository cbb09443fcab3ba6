import { version } from '../../package.json';

export const PRODUCT = `latent-explorer ${version}`;
