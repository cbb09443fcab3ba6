import type { InterpolationEvents, InterpolationMethods } from '../../src/protocol/panel';
import type { Client } from '../../src/protocol/rpc';

export type InterpolationClient = Client<InterpolationMethods, InterpolationEvents>;
