import { InvalidArgumentError } from 'commander';

/** Returns a parser of integers from `minimum` to `maximum`; it accepts `1e6` and `1_000_000`, and throws InvalidArgumentError. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range =
    maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return (text) => {
    const digits = text.replaceAll('_', '');
    const value = /^\d+(\.\d+)?(e\+?\d+)?$/i.test(digits) ? Number(digits) : NaN;
    if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
}

/** Adds one `--set key=value` to the values collected so far. @throws InvalidArgumentError */
export function keyValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const match = /^([A-Za-z][\w.]*)=(.+)$/.exec(text);
  if (match) return { ...before, [match[1]!]: match[2]! };
  throw new InvalidArgumentError('Expected key=value, such as latent=3 or training.minibatch=64.');
}
