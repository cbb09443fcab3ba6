/** The part of the WebAssembly API that the codecs use, which TypeScript declares only for browsers. */
declare namespace WebAssembly {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- opaque, merged with the declaration of @types/node
  interface Module {}
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  type ImportValue = (...values: number[]) => number | void;

  const Module: { imports(module: Module): readonly { readonly module: string; readonly name: string }[] };
  const Instance: new (
    module: Module,
    imports: Readonly<Record<string, Readonly<Record<string, ImportValue>>>>,
  ) => Instance;
  function compile(bytes: Uint8Array): Promise<Module>;
}
