import type {
  InterpolationEvents,
  InterpolationMethods,
  InterpolationRequest,
} from '../../../src/protocol/panel';
import type { Pictures } from '../../../src/protocol/pictures';
import { RpcError, serve, type Transport } from '../../../src/protocol/rpc';
import { glyphs } from './shapes';

const FROM = [-1.2, -1.1] as const;
const TO = [1.4, 1.3] as const;

/** Answers frames after a while; in the scenario `superseding` every second answer is a refusal. */
export class InterpolationHost {
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  /** Frames that were asked for and not answered yet, and the most there ever were. */
  outstanding = 0;
  mostOutstanding = 0;
  readonly #emit: () => void;

  constructor(
    transport: Transport,
    readonly scenario: string,
  ) {
    let empty = scenario === 'empty';
    const server = serve<InterpolationMethods, InterpolationEvents>(transport, {
      current: () => (empty ? null : request()),
      frame: async ({ t, spherical }) => {
        const number = this.calls.push({ method: 'frame', params: { t, spherical } });
        this.mostOutstanding = Math.max(this.mostOutstanding, ++this.outstanding);
        await new Promise((resolve) => setTimeout(resolve, 30));
        this.outstanding--;
        if (scenario === 'superseding' && number % 2 === 0)
          throw new RpcError('superseded', 'a newer frame was asked for');
        if (scenario === 'failing') throw new RpcError('closed', 'The engine has gone.');
        return along([t], spherical);
      },
      pick: (params) => {
        this.calls.push({ method: 'pick', params });
        empty = false;
        this.#emit();
      },
    });
    this.#emit = () => server.emit('changed', {});
  }
}

function request(): InterpolationRequest {
  const places = Array.from({ length: 11 }, (_, i) => i / 10);
  return {
    fromName: 'zero-0007.png',
    toName: '<b>eight</b> with a long name-0113.png',
    interpolation: {
      from: Float32Array.from(FROM),
      to: Float32Array.from(TO),
      linear: along(places, false),
      spherical: along(places, true),
      step: 24_000,
    },
  };
}

function along(places: readonly number[], spherical: boolean): Pictures {
  const points = places.map((t) => {
    const bulge = spherical ? Math.sin(Math.PI * t) : 0;
    return [FROM[0] + t * (TO[0] - FROM[0]) - bulge, FROM[1] + t * (TO[1] - FROM[1]) + bulge] as const;
  });
  return glyphs(points, 1, 0.06);
}
