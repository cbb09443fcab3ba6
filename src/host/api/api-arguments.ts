/** What other extensions pass to the methods of the interface: a caller in JavaScript, or with a cast, may pass anything. */
import * as vscode from 'vscode';
import * as z from 'zod';
import { MAX_PATH_FRAMES, MAX_WAYPOINTS } from '../../protocol/latent';
import { MAX_LATENT_DIMENSIONS } from '../../domain/limits';
import { describeMismatch } from '../../text/describe-mismatch';
import { requireLocal } from '../trust';

/** Maximum points per call of `decode`, and places per call of `directions.apply`. */
const MAX_POINTS = 1000;
const MAX_PLACES = 101;

const uri = (of: string): z.ZodType<vscode.Uri> =>
  z.custom<vscode.Uri>((value) => value instanceof vscode.Uri, `expected ${of} as a vscode.Uri`);

const run = uri('the folder of a run');
const image = uri('an image file');
const point = z.array(z.number()).min(1).max(MAX_LATENT_DIMENSIONS);
/** Fields that the command of the method checks: it has the same names for them. */
const options = z.looseObject({}).optional();

const SETS = 'expected { label }, { tag }, { ids } or { rest: true }';
const set = z.union(
  [
    z.strictObject({ label: z.string().max(8192) }),
    z.strictObject({ tag: z.string().max(200) }),
    z.strictObject({ ids: z.array(z.string().min(1).max(8192)).min(1) }),
    z.strictObject({ rest: z.literal(true) }),
  ],
  SETS,
);

/** By the names of the methods. */
const apiArguments = {
  train: z.strictObject({
    options: z.looseObject({
      data: z.union([z.literal('digits'), uri('a folder or a file')], "expected 'digits' or a vscode.Uri"),
      labels: uri('a table with labels').optional(),
    }),
  }),
  stop: z.strictObject({ run }),
  encode: z.strictObject({ run, images: z.array(image).min(1) }),
  decode: z.strictObject({
    run,
    points: z
      .array(point)
      .min(1)
      .max(MAX_POINTS)
      .refine((points) => points.every(({ length }) => length === points[0]!.length), {
        message: 'expected points of one length',
      }),
  }),
  interpolate: z.strictObject({
    run,
    images: z.array(image).min(2).max(MAX_WAYPOINTS),
    frames: z.int().min(2).max(MAX_PATH_FRAMES).optional(),
  }),
  latents: z.strictObject({ run, columns: z.array(z.string()).optional() }),
  evaluate: z.strictObject({ run, options }),
  'directions.list': z.strictObject({ run }),
  'directions.make': z.strictObject({
    ...{ run, from: set, to: set },
    options: z
      .strictObject({
        name: z.string().trim().min(1).max(200).optional(),
        seed: z.int().min(0).optional(),
      })
      .optional(),
  }),
  'directions.apply': z.strictObject({
    ...{ run, direction: z.string().min(1).max(300), image: image.optional() },
    places: z.array(z.number()).min(1).max(MAX_PLACES),
  }),
  export: z.strictObject({
    run,
    options: z
      .strictObject({
        ...{ format: z.unknown(), table: z.unknown(), images: z.unknown(), overwrite: z.unknown() },
        folder: uri('the folder to write into').optional(),
      })
      .partial()
      .optional(),
  }),
};

/** Checks what a method got. @throws Error with the first mismatch; NotAllowedError for files that are not on this machine */
export function checkArguments(method: keyof typeof apiArguments, given: Record<string, unknown>): void {
  const { error } = apiArguments[method].safeParse(given);
  if (error) throw new Error(`${method}: ${describeMismatch(error, given)}`);
  for (const uri of urisIn(given)) requireLocal(uri);
}

function urisIn(value: unknown): vscode.Uri[] {
  if (value instanceof vscode.Uri) return [value];
  if (Array.isArray(value)) return value.filter((each) => each instanceof vscode.Uri);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(urisIn) : [];
}
