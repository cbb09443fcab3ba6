import type { ExplorerEvents } from '../../src/protocol/panel';
import type { Client } from '../../src/protocol/rpc';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';

/** What the explorer panel can ask of the host, and hears from it. */
export type ExplorerClient = Client<ExplorerMethods, ExplorerEvents>;
