/** WebAssembly becomes a part of the script that imports it. */
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
