import { join } from 'node:path';
import { ENGINES, onlyTraining } from './engines';

/** What figures are related to: the faster of JAX's two ways to train, and PyTorch as it comes. */
export const JAX = ['jax-scan', 'jax-step'];
export const TORCH_EAGER = 'torch-eager';

export interface Contender {
  readonly name: string;
  readonly title: string;
  readonly runtime: 'node' | 'python';
  /** The program and its first arguments; the thread count follows. */
  readonly program: readonly string[];
  /** Why it takes no part in a workload unless it is named, by the workload's name. */
  readonly leavesOut: Readonly<Record<string, string>>;
}

/** Rows of bfloat16 are of training: it is what has that precision. */
const TRAINS_ONLY = onlyTraining('its precision is one of training');

const IN_A_LOOP = 'XLA runs convolutions inside a loop many times slower; `--only jax-scan` shows it';
const NO_STEP = 'there is no step in it; see the other row of JAX';

/**
 * @param bundles folder of the bundled Node programs
 * @param peers folder of the Python programs
 */
export function contenders(bundles: string, peers: string): Contender[] {
  const python = (
    name: string,
    title: string,
    file: string,
    variant: string,
    leavesOut: Contender['leavesOut'] = {},
  ): Contender => ({
    name,
    title,
    runtime: 'python',
    program: [join(peers, file), variant],
    leavesOut,
  });
  const engines = Object.entries(ENGINES).map(([name, { title, leavesOut = {} }]): Contender => ({
    name,
    title,
    runtime: 'node',
    program: [join(bundles, 'engine.cjs'), name],
    leavesOut,
  }));
  return [
    ...engines,
    {
      name: 'tfjs-eager',
      title: 'tfjs-node, optimizer.minimize',
      runtime: 'node',
      program: [join(bundles, 'tfjs-eager.cjs'), 'minimize'],
      leavesOut: { importance: 'tfjs has nothing for it that our eager row does not have' },
    },
    python('jax-scan', 'JAX, an epoch in one lax.scan', 'jax_steps.py', 'scan', {
      'conv-step': IN_A_LOOP,
    }),
    python('jax-step', 'JAX, a call a step', 'jax_steps.py', 'step', {
      encode: NO_STEP,
      'decode-each': NO_STEP,
      'decode-batch': NO_STEP,
      importance: NO_STEP,
    }),
    python('jax-scan-bfloat16', 'JAX, an epoch in one lax.scan, bfloat16', 'jax_steps.py', 'scan-bfloat16', {
      ...TRAINS_ONLY,
      'conv-step': IN_A_LOOP,
    }),
    python('jax-step-bfloat16', 'JAX, a call a step, bfloat16', 'jax_steps.py', 'step-bfloat16', TRAINS_ONLY),
    python(TORCH_EAGER, 'PyTorch eager, fused Adam', 'torch_steps.py', 'eager'),
    python('torch-compile', 'PyTorch torch.compile, fused Adam', 'torch_steps.py', 'compile'),
    python(
      'torch-eager-bfloat16',
      ...(['PyTorch eager, fused Adam, autocast to bfloat16', 'torch_steps.py', 'eager-bfloat16'] as const),
      TRAINS_ONLY,
    ),
    python(
      'torch-compile-bfloat16',
      ...(['PyTorch torch.compile, fused Adam, autocast to bfloat16', 'torch_steps.py'] as const),
      ...(['compile-bfloat16', TRAINS_ONLY] as const),
    ),
    python('tf-function', 'TensorFlow tf.function, Keras', 'tensorflow_steps.py', 'function'),
    python('tf-xla', 'TensorFlow tf.function with XLA, Keras', 'tensorflow_steps.py', 'xla'),
  ];
}
