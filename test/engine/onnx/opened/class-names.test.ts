import { describe, expect, test } from 'vitest';
import {
  namesInMetadata,
  numberedClasses,
  parseClassNames,
} from '../../../../src/engine/onnx/opened/class-names';

describe('names of classes in a file', () => {
  test.each([
    ['a line each', 'cat\r\ndog\n  bus stop \n\n', ['cat', 'dog', 'bus stop']],
    ['a list of JSON', '["cat","dog"]', ['cat', 'dog']],
    ['names by numbers', '{"1":"dog","0":"cat"}', ['cat', 'dog']],
    ['numbers by names, as Keras has them', '{"dog":1,"cat":0}', ['cat', 'dog']],
    [
      'those of ImageNet, the last of which is for people',
      '{"0":["n01440764","tench"],"1":["n0144","goldfish"]}',
      ['tench', 'goldfish'],
    ],
    ['a config.json of Hugging Face', '{"model":"vit","id2label":{"0":"cat","1":"dog"}}', ['cat', 'dog']],
    ['numbers as names', '["7","8"]', ['7', '8']],
  ])('as %s', (_, text, names) => {
    expect(parseClassNames(text, 'f')).toEqual(names);
  });

  test.each([
    ['nothing', '  '],
    ['a gap', '{"0":"cat","2":"dog"}'],
    ['the same number twice', '{"cat":0,"dog":0}'],
    ['an empty line within', 'cat\n\ndog'],
    ['a name of 201 characters', 'x'.repeat(201)],
    ['numbers', '[1,2]'],
    ['JSON that ends early', '["cat"'],
    ['an object within an object', '{"names":{"names":["a"]}}'],
  ])('with %s is refused', (_, text) => {
    expect(() => parseClassNames(text, 'list.txt')).toThrow('list.txt: got no names of classes');
  });

  test('names that the language has for other things are names', () => {
    expect(parseClassNames('{"__proto__":0,"constructor":1}', 'f')).toEqual(['__proto__', 'constructor']);
  });
});

test('names in metadata: of Ultralytics, as JSON, with commas', () => {
  const names = (text: string) => namesInMetadata(new Map([['names', text]]));
  expect(names("{0: 'person', 1: \"dog's\", 2: 'it\\'s'}")).toEqual(['person', "dog's", "it's"]);
  expect(names('["a","b"]')).toEqual(['a', 'b']);
  expect(names('a, b')).toEqual(['a', 'b']);
  expect(names('{broken')).toBeNull();
  expect(namesInMetadata(new Map([['author', 'x']]))).toBeNull();
  expect(numberedClasses(3)).toEqual(['class 0', 'class 1', 'class 2']);
});
