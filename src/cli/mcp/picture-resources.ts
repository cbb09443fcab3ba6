import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { namesIn, readBytes } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import type { RunRecord } from '../../runs/store';
import { visibleText } from '../../text/visible-text';
import { errorText } from '../../tools/call-tool';
import { allRuns, modelRunOf } from '../../tools/run-of';
import { runPicture, RUN_PICTURES } from '../../tools/runs/run-pictures';
import { ToolError } from '../../tools/tool-error';
import type { ToolHost } from '../../tools/tool-host';

type Server = McpServer['server'];

const MAX_RUNS = 50;
/** Saved pictures that are listed of a run, and the bytes of one. */
const MAX_SAVED = 50;
const MAX_PICTURE_BYTES = 16 << 20;

/** Folder of a run with the pictures that commands saved. */
const SAVED = 'pictures';
const PNG = /\.png$/i;
const MIME_TYPE = 'image/png';

const uriOf = (...parts: readonly string[]): string =>
  `vae://runs/${parts.map((part) => encodeURIComponent(part)).join('/')}`;

/** Offers pictures of runs as resources: what their models make of images and of draws, and what was saved in their folders. */
export function offerPictures(server: Server, host: ToolHost): void {
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: RUN_PICTURES.map((kind) => ({
      uriTemplate: `vae://runs/{run}/${kind}.png`,
      name: `${kind} of a run`,
      mimeType: MIME_TYPE,
    })),
  }));
  server.setRequestHandler(ListResourcesRequestSchema, async () => {
    const runs = await allRuns(host);
    const withModel = runs.filter(({ checkpoints }) => checkpoints.length > 0).slice(0, MAX_RUNS);
    return { resources: (await Promise.all(withModel.map(resourcesOf))).flat() };
  });
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, { signal }) => {
    try {
      const png = await read(host, uri, signal);
      return { contents: [{ uri, mimeType: MIME_TYPE, blob: Buffer.from(png).toString('base64') }] };
    } catch (error) {
      throw new McpError(ErrorCode.InvalidParams, errorText(error));
    }
  });
}

async function resourcesOf({ name, folder }: RunRecord) {
  const names = await namesIn(inRun(folder, SAVED)).catch(() => []);
  const saved = names.filter((each) => PNG.test(each)).slice(0, MAX_SAVED);
  return [
    ...RUN_PICTURES.map((kind) => ({
      uri: uriOf(name, `${kind}.png`),
      name: `${name}: ${kind}`,
      mimeType: MIME_TYPE,
    })),
    ...saved.map((each) => ({
      uri: uriOf(name, SAVED, each),
      name: visibleText(`${name}: ${each}`),
      mimeType: MIME_TYPE,
    })),
  ];
}

async function read(host: ToolHost, uri: string, signal: AbortSignal): Promise<Uint8Array> {
  const [run, first, second, ...others] = partsOf(uri);
  const kind = RUN_PICTURES.find((each) => first === `${each}.png`);
  if (run !== undefined && kind !== undefined && second === undefined) {
    const { folder } = await modelRunOf(host, run);
    const picture = await runPicture(host, folder, kind, signal);
    if (picture) return picture.png;
    throw new ToolError(
      'not-ready',
      `${run} has no ${kind}: the images that it was trained on are not there`,
    );
  }
  if (
    run !== undefined &&
    first === SAVED &&
    second !== undefined &&
    PNG.test(second) &&
    others.length === 0
  ) {
    const { folder } = await modelRunOf(host, run);
    return await readBytes(inRun(folder, SAVED, second), MAX_PICTURE_BYTES);
  }
  throw new ToolError(
    'not-found',
    `there is no resource ${visibleText(uri, 200)}; expected one of resources/list`,
  );
}

/** Splits the path of a URI; empty for one that is not ours. */
function partsOf(uri: string): string[] {
  try {
    const rest = /^vae:\/\/runs\/([^?#]+)$/.exec(uri)?.[1];
    return rest === undefined ? [] : rest.split('/').map(decodeURIComponent);
  } catch {
    return [];
  }
}
