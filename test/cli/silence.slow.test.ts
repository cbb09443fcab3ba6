import { mkdir, readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canWatch, effects, watch } from '../support/watched';
import { Cli } from './support';

let cli: Cli;
let home: string;

beforeAll(async () => {
  cli = await Cli.build();
  home = cli.path('home');
  await mkdir(home);
});
afterAll(() => cli.dispose());

/** A person with an empty home, no variable that a library takes for a wish to be silent, and no build machine's. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, TMPDIR: cli.path() };
}

describe.skipIf(!canWatch)('watched by strace', () => {
  test('a training opens no internet socket, and writes its run, the cache and its endpoint alone', async () => {
    const args = ['train', '--data', 'digits:60', '--preset', 'fast', '--run', 'run', '--samples', '200'];
    const engine = ['--engine', 'onnx', '--threads', '1', '--set', 'hidden=8', '--set', 'latent=2'];
    const { code, stderr, network, written } = await watch(
      process.execPath,
      [cli.program, ...args, ...engine],
      { cwd: cli.cwd, env: environment() },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(network).toEqual([]);
    const own = [cli.path('run'), join(home, '.cache', 'latent-explorer'), join(home, '.local', 'state')];
    const isOwn = (path: string): boolean =>
      own.some((folder) => path === folder || path.startsWith(folder + sep) || folder.startsWith(path + sep));
    const others = written.filter((path) => !isOwn(path) && !path.startsWith('/dev/') && path !== cli.cwd);
    expect(others).toEqual([]);
    expect(written).toContain(cli.path('run', 'config.json'));
    expect(await readFile(cli.path('run', 'config.json'), 'utf8')).toMatch(/"name": ?"onnx"/);
    // As seen afterwards, too: a library that reports keeps an id of the machine here.
    expect((await readdir(home)).filter((name) => name !== '.cache' && name !== '.local')).toEqual([]);
  });

  test('the watcher sees a connection and a file of a child of the program', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const child = `require('fs').writeFileSync('left', ''); require('net').connect(${port}, '127.0.0.1').on('error', () => {})`;
    const program = `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(child)}])`;
    const seen = await watch(process.execPath, ['-e', program], { cwd: cli.cwd, env: environment() });
    server.close();
    expect(seen.code).toBe(0);
    expect(seen.network.some((call) => call.includes(`htons(${port})`))).toBe(true);
    expect(seen.written).toContain(cli.path('left'));
  });
});

test('a log of strace is read with its folders, and reading alone is no effect', () => {
  const log = [
    '12 openat(AT_FDCWD</work>, "a/b", O_RDONLY|O_CLOEXEC) = 3</work/a/b>',
    '12 openat(AT_FDCWD</work>, "a/b", O_WRONLY|O_CREAT, 0666) = 3</work/a/b>',
    '13 renameat2(AT_FDCWD</work>, "a/b", AT_FDCWD</work>, "/home/c", RENAME_NOREPLACE) = 0',
    '13 mkdir("d", 0777) = 0',
    '13 mkdir("e", 0777) = -1 EEXIST (File exists)',
    '13 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 5<socket:[1]>',
    '13 socket(AF_INET6, SOCK_DGRAM, IPPROTO_IP) = 6<UDPv6:[2]>',
  ];
  expect(effects(log.join('\n'), '/work')).toEqual({
    network: [log[6]!.slice(3)],
    written: ['/work/a/b', '/home/c', '/work/d'],
  });
});
