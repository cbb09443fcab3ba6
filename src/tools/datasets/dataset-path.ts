import { confinedPath } from '../confined-path';
import type { ToolHost } from '../tool-host';

/** Returns a dataset's name where it is one, else its confined path. @throws ToolError */
export async function datasetPath(host: ToolHost, data: string): Promise<string> {
  return host.namedDatasets.includes(data) ? data : confinedPath(host, data, 'read');
}
