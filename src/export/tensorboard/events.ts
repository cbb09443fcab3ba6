import { ProtobufMessage } from '../../engine/protobuf';
import { record } from './record-file';

/** Field numbers and enums of event.proto, summary.proto, tensor.proto and tensor_shape.proto of TensorBoard, by their names. */
const Event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 };
const Summary = { value: 1 };
const Value = { tag: 1, simpleValue: 2, tensor: 8, metadata: 9 };
const SummaryMetadata = { pluginData: 1, displayName: 2, summaryDescription: 3 };
const PluginData = { pluginName: 1 };
const TensorProto = { dtype: 1, tensorShape: 2, stringVal: 8 };
const DT_STRING = 7;

/** A number of a curve at a step. */
export interface Scalar {
  readonly tag: string;
  readonly value: number;
}

/** What an event file begins with. @param wallTime seconds since 1970 */
export function versionRecord(wallTime: number): Uint8Array {
  const event = new ProtobufMessage().double(Event.wallTime, wallTime);
  return record(event.string(Event.fileVersion, 'brain.Event:2').encode());
}

/**
 * Scalars of one step.
 * @param descriptions of tags, of which TensorBoard takes the first one of a file
 */
export function scalarsRecord(
  wallTime: number,
  step: number,
  scalars: readonly Scalar[],
  descriptions: Readonly<Record<string, string>>,
): Uint8Array {
  const values = scalars.map(({ tag, value }) => {
    const message = new ProtobufMessage().string(Value.tag, tag).float(Value.simpleValue, value);
    const description = descriptions[tag];
    return description === undefined
      ? message
      : message.message(Value.metadata, metadata('scalars', tag, description));
  });
  return summaryRecord(wallTime, step, values);
}

/** A text in Markdown. */
export function textRecord(wallTime: number, step: number, tag: string, text: string): Uint8Array {
  const tensor = new ProtobufMessage()
    .varint(TensorProto.dtype, DT_STRING)
    .message(TensorProto.tensorShape, new ProtobufMessage())
    .string(TensorProto.stringVal, text);
  const value = new ProtobufMessage()
    .string(Value.tag, tag)
    .message(Value.tensor, tensor)
    .message(Value.metadata, metadata('text', tag, ''));
  return summaryRecord(wallTime, step, [value]);
}

function metadata(plugin: string, name: string, description: string): ProtobufMessage {
  return new ProtobufMessage()
    .message(SummaryMetadata.pluginData, new ProtobufMessage().string(PluginData.pluginName, plugin))
    .string(SummaryMetadata.displayName, name)
    .string(SummaryMetadata.summaryDescription, description);
}

function summaryRecord(wallTime: number, step: number, values: readonly ProtobufMessage[]): Uint8Array {
  return record(
    new ProtobufMessage()
      .double(Event.wallTime, wallTime)
      .varint(Event.step, step)
      .message(Event.summary, new ProtobufMessage().messages(Summary.value, values))
      .encode(),
  );
}
