import type { RunConfig } from './config';
import { RequestError } from './request-error';

/**
 * @param done what cannot be done with a model that was trained elsewhere, such as 'resumed'
 * @throws RequestError for such a model
 */
export function requireTrained({ name, opened }: Pick<RunConfig, 'name' | 'opened'>, done: string): void {
  if (opened === undefined) return;
  throw new RequestError(
    `${name}: this model was trained elsewhere and cannot be ${done}: its files compute what it learnt, and hold neither the state of a training nor the likelihood. Train a model of your own on the images for that.`,
  );
}
