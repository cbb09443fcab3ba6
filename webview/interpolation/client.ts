import type { InterpolationEvents } from '../../src/protocol/panel';
import type { Client } from '../../src/protocol/rpc';
import type { InterpolationMethods } from '../../src/protocol/schemas/interpolation';

export type InterpolationClient = Client<InterpolationMethods, InterpolationEvents>;
