/** The WebAssembly of tfjs' backend, as a part of the script: for a page that can load no other file. */
export { default as embeddedWasm } from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';
