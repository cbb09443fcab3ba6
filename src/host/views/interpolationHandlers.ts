import type { InterpolationMethods } from '../../protocol/panel';
import type { Handlers } from '../../protocol/rpc';
import { Command } from '../identifiers';
import type { CommandId } from '../identifiers';
import type { InterpolationModel } from '../interpolation';

export interface InterpolationServices {
  readonly interpolation: InterpolationModel;
  execute(command: CommandId): void;
  mayStartEngine(): boolean;
}

/** What the interpolation view may ask of the host. */
export function interpolationHandlers(services: InterpolationServices): Handlers<InterpolationMethods> {
  const { interpolation } = services;
  return {
    current: () => interpolation.current(services.mayStartEngine()),
    frame: ({ t, spherical }, signal) => interpolation.frame(t, spherical, signal),
    pick: () => services.execute(Command.interpolate),
  };
}
