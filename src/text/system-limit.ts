interface Limit {
  readonly codes: readonly string[];
  readonly message: RegExp;
  readonly advice: string;
}

/** Limits that a system sets for a process, how their errors are recognised, and what to do. */
const LIMITS: readonly Limit[] = [
  {
    codes: ['EMFILE'],
    message: /\bEMFILE\b|too many open files/i,
    advice: 'the process has as many files open as it may; raise the limit (ulimit -n)',
  },
  {
    codes: ['ENFILE'],
    message: /\bENFILE\b/,
    advice: 'the system has as many files open as it can; close other programs',
  },
  {
    codes: ['ERR_WORKER_INIT_FAILED'],
    message: /pthread_create failed|spawn\S* .*EAGAIN|Resource temporarily unavailable/,
    advice:
      'the user has as many processes and threads as allowed; raise the limit (ulimit -u), or use fewer threads (option --threads, setting vae.threads)',
  },
  {
    codes: [],
    message: /Cannot allocate Wasm memory|WebAssembly\.\w+\(\): Out of memory/,
    advice:
      'the process may have too little address space for the decoders of images; raise the limit (ulimit -v unlimited), or need less with NODE_OPTIONS=--disable-wasm-trap-handler',
  },
  {
    codes: ['ENOMEM'],
    message: /\bENOMEM\b|Cannot allocate memory|Array buffer allocation failed|bad_alloc/,
    advice: 'there is too little memory, or the limit of the process (ulimit -v) is too low',
  },
];

/** Returns an error's message, with the limit of the system that caused it and what to do, if that is known. */
export function withLimit({
  message,
  code = '',
}: {
  readonly message: string;
  readonly code?: string;
}): string {
  const limit = LIMITS.find((each) => each.codes.includes(code) || each.message.test(message));
  return limit === undefined || message.includes('ulimit') ? message : `${message}: ${limit.advice}`;
}
