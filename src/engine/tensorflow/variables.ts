import { attribute } from './graph-def';
import type { NodeList, TypeName } from './graph-def';

/** Adds a tensor that the session keeps between calls. @returns its handle */
export function variable(list: NodeList, name: string, type: TypeName, shape: readonly number[]): string {
  const attributes = {
    dtype: attribute.type(type),
    shape: attribute.shape(shape),
    shared_name: attribute.text(name),
    container: attribute.text(''),
  };
  return list.add('VarHandleOp', [], attributes, 'resource', name);
}

export function readVariable(list: NodeList, handle: string): string {
  return list.add('ReadVariableOp', [handle], { dtype: attribute.type('float') }, 'value');
}

/** Converts image bytes to numbers in [0, 1], correctly rounded. */
export function scaled(list: NodeList, bytes: string): string {
  const types = { SrcT: attribute.type('uint8'), DstT: attribute.type('float') };
  const values = list.add('Cast', [bytes], types, 'y');
  const scale = list.constant('float', [], Float32Array.of(255));
  return list.add('RealDiv', [values, scale], { T: attribute.type('float') }, 'z');
}
