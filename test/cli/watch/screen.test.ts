import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { Keys } from '../../../src/cli/keys';
import { Screen } from '../../../src/cli/screen';
import { mayDrawBraille } from '../../../src/cli/commands/watch';
import { eventually } from '../../support/eventually';
import { shownBy } from './support';

describe('the screen', () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY: true, columns: 20, rows: 4 };
  const screen = new Screen(stream, { hasColours: true });
  afterEach(() => {
    screen.close();
    written.length = 0;
  });
  const shown = (): string[] => shownBy(written.join(''), 4, 20);

  test('draws what differs, and only that', () => {
    screen.open();
    screen.draw([[{ text: 'one' }], [{ text: 'two' }]]);
    expect(shown()).toEqual(['one', 'two', '', '']);
    written.length = 0;
    screen.draw([[{ text: 'one' }], [{ text: 'three' }]]);
    expect(written).toEqual(['\u001b[2;1H\u001b[2Kthree']);
    written.length = 0;
    screen.draw([[{ text: 'one' }], [{ text: 'three' }]]);
    expect(written).toEqual([]);
    screen.draw([]);
    expect(written).toEqual(['\u001b[1;1H\u001b[2K\u001b[2;1H\u001b[2K']);
  });

  test('lines end at its edges, and what a text holds is no sequence', () => {
    screen.open();
    screen.draw([
      [{ text: 'x'.repeat(18), tone: 'bad' }, { text: '数字', tone: 'good' }, { text: 'more' }],
      [{ text: '\u001b[2J\n' }],
      [],
      [],
      [{ text: 'below' }],
    ]);
    expect(shown()).toEqual([`${'x'.repeat(18)}数`, '\\u{1b}[2J\\n', '', '']);
    expect(written.join('')).not.toContain('below');
  });

  test('an error of the process closes it first; closed, it draws nothing', () => {
    screen.open();
    expect(process.listeners('uncaughtException')[0]).toBe(screen.close);
    (process.listeners('uncaughtException')[0] as () => void)();
    expect(written.at(-1)).toBe('\u001b[?7h\u001b[?25h\u001b[?1049l');
    expect(process.listeners('uncaughtException')).not.toContain(screen.close);
    expect(process.listeners('exit')).not.toContain(screen.close);
    screen.draw([[{ text: 'late' }]]);
    screen.close();
    expect(written.filter((text) => text.includes('1049l'))).toHaveLength(1);
    expect(written.join('')).not.toContain('late');
  });

  test('without colours only brightness and inversion are left', () => {
    const plain = new Screen(stream, { hasColours: false });
    plain.open();
    plain.draw([
      [
        { text: 'a', tone: 'bad' },
        { text: 'b', tone: 'strong' },
        { text: 'c', tone: 'first' },
      ],
    ]);
    plain.close();
    expect(written.join('')).toContain('a\u001b[1mb\u001b[0mc');
  });
});

describe('keys', () => {
  test('have names, however their bytes arrive; other streams have none', async () => {
    const raw: boolean[] = [];
    const stream = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (is: boolean) => raw.push(is),
    });
    const pressed: string[] = [];
    const keys = Keys.open(stream, (name) => pressed.push(name))!;
    keys.setRaw(true);
    stream.write('q\u001b[A\u001bOBs ');
    stream.write('\u001b[');
    stream.write('6~\u0003\u001a');
    await eventually(() => pressed).toEqual([
      'q',
      'up',
      'down',
      's',
      'space',
      'pagedown',
      'ctrl-c',
      'ctrl-z',
    ]);
    keys.close();
    stream.write('q');
    expect(raw).toEqual([true, false]);
    expect(pressed).toHaveLength(8);
    expect(Keys.open(new PassThrough(), () => undefined)).toBeNull();
    expect(Keys.open(undefined, () => undefined)).toBeNull();
  });
});

test.each([
  [{ LANG: 'en_US.UTF-8' }, 'linux', true],
  [{ LANG: 'de_DE.utf8' }, 'darwin', true],
  [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, 'linux', false],
  [{}, 'linux', false],
  [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, 'linux', false],
  [{ LANG: 'en_US.UTF-8' }, 'win32', false],
  [{ WT_SESSION: '1' }, 'win32', true],
  [{ TERM_PROGRAM: 'vscode' }, 'win32', true],
] as const)('Braille dots with %j on %s: %s', (env, platform, expected) => {
  expect(mayDrawBraille(env, platform)).toBe(expected);
});
