import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listFiles, PackageManager } from '@vscode/vsce';
import { describe, expect, it } from 'vitest';
import { IMAGE_PATTERN } from '../src/domain/image-pattern';
import {
  Command,
  CONTAINER,
  ContextKey,
  CONTEXT_ONLY,
  EXPLORER_PANEL,
  MACHINE_COMMANDS,
  ApiCommand,
  NOTES_SCHEME,
  RUN_EDITOR,
  Setting,
  SUBMENU,
  View,
} from '../src/host/identifiers';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const text = readFileSync(join(root, 'package.json'), 'utf8');
interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}
const manifest = JSON.parse(text) as {
  readonly main: string;
  readonly browser: string;
  readonly icon: string;
  readonly activationEvents: string[];
  readonly extensionKind: string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { supported: unknown; restrictedConfigurations: string[] };
    readonly virtualWorkspaces: { supported: unknown };
  };
  readonly contributes: {
    readonly commands: { command: string; category: string; title: string; enablement?: string }[];
    readonly menus: Record<string, MenuItem[]>;
    readonly submenus: { id: string }[];
    readonly viewsContainers: { activitybar: { id: string; icon: string }[] };
    readonly views: Record<string, { id: string; type?: string }[]>;
    readonly customEditors: { viewType: string; selector: { filenamePattern: string }[] }[];
    readonly walkthroughs: {
      steps: { description: string; media: { image: string }; completionEvents: string[] }[];
    }[];
    readonly viewsWelcome: { view: string; contents: string }[];
    readonly configuration: {
      properties: Record<string, { scope: string; markdownDescription: string; default: unknown }>;
    };
  };
};
const { contributes } = manifest;
const strings = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const sorted = (items: Iterable<string>): string[] => [...items].sort();

describe('identifiers', () => {
  it('are those of package.json, both ways', () => {
    const contributed = new Set(contributes.commands.map((each) => each.command));
    for (const id of Object.values(ApiCommand)) expect(contributed, id).not.toContain(id);
    expect(sorted(Object.values(Command))).toEqual(sorted(contributes.commands.map((each) => each.command)));
    expect(Object.keys(contributes.views)).toEqual([CONTAINER]);
    expect(contributes.viewsContainers.activitybar.map((each) => each.id)).toEqual([CONTAINER]);
    expect(sorted(Object.values(View))).toEqual(sorted(contributes.views[CONTAINER]!.map((each) => each.id)));
    expect(sorted(Object.values(Setting))).toEqual(sorted(Object.keys(contributes.configuration.properties)));
    expect(contributes.customEditors.map((each) => each.viewType)).toEqual([RUN_EDITOR]);
    expect(contributes.submenus.map((each) => each.id)).toEqual([SUBMENU]);
  });

  it('share one prefix, and each names one thing', () => {
    const commands = [...Object.values(Command), ...Object.values(ApiCommand)];
    const all = [...commands, ...Object.values(View), ...Object.values(Setting), SUBMENU];
    for (const id of [...all, EXPLORER_PANEL, RUN_EDITOR]) expect(id).toMatch(/^vae\.[a-z][A-Za-z]*$/);
    expect(new Set(all).size).toBe(all.length);
  });

  it('in when clauses exist', () => {
    const known = new Set<string>([
      ...Object.values(Command),
      ...Object.values(View),
      ...Object.values(ContextKey),
      // As `config.vae.…`.
      ...Object.values(Setting),
    ]);
    const clauses = [
      ...Object.values(contributes.menus).flatMap((items) => items.map((item) => item.when ?? '')),
      ...contributes.commands.map((each) => each.enablement ?? ''),
    ];
    for (const clause of clauses)
      for (const [id] of clause.matchAll(/\bvae\.[A-Za-z]+/g)) expect(known, clause).toContain(id);
  });
});

describe('commands', () => {
  it('have the category VAE and a title', () => {
    for (const command of contributes.commands)
      expect(command).toMatchObject({ category: 'VAE', title: /^%.+%$/ });
  });

  it('that need something clicked are hidden from the palette, and only those', () => {
    const hidden = contributes.menus['commandPalette']!.filter((item) => item.when === 'false');
    expect(sorted(hidden.map((item) => item.command!))).toEqual(sorted(CONTEXT_ONLY));
  });

  it('and submenus of the menus exist', () => {
    const commands = new Set<string>(Object.values(Command));
    for (const item of Object.values(contributes.menus).flat()) {
      if (item.command !== undefined) expect(commands).toContain(item.command);
      else expect(item.submenu).toBe(SUBMENU);
    }
  });
});

describe('context menus', () => {
  const inSubmenu = (command: string): MenuItem =>
    contributes.menus[SUBMENU]!.find((item) => item.command === command)!;

  it('offer one submenu on folders and images of a trusted workspace', () => {
    const items = contributes.menus['explorer/context']!;
    expect(items.map((item) => item.submenu)).toEqual([SUBMENU]);
    expect(inSubmenu(Command.train).when).toContain('explorerResourceIsFolder && isWorkspaceTrusted');
    expect(inSubmenu(Command.interpolate).when).toContain('listMultiSelection');
  });

  it('know images by name', () => {
    const source = /resourceExtname =~ \/(.+)\/i/.exec(inSubmenu(Command.encode).when!)![1]!;
    const pattern = new RegExp(source, 'i');
    for (const name of ['.png', '.PNG', '.jpg', '.jpeg', '.webp', '.tif']) expect(name).toMatch(pattern);
    for (const name of ['.svg', '.pngx', '.zip', 'png']) expect(name).not.toMatch(pattern);
    expect(source).toBe(`^${IMAGE_PATTERN.source}`);
  });

  it('offer Encode on the title of an image editor', () => {
    const [item] = contributes.menus['editor/title']!;
    expect(item?.command).toBe(Command.encode);
    expect(item?.when).toContain('imagePreview.previewEditor');
  });
});

describe('manifest', () => {
  it('activates only when the window is up, in the workspace’s own host', () => {
    // A reloaded window may ask for an open document of notes before it is up.
    expect(manifest.activationEvents).toEqual(['onStartupFinished', `onFileSystem:${NOTES_SCHEME}`]);
    // VS Code adds `web` by itself where there is an entry for browsers, and the packager refuses it here.
    expect(manifest.extensionKind).toEqual(['workspace']);
    expect(manifest.main).toBe('./dist/extension.js');
    expect(manifest.browser).toBe('./dist/web/extension.js');
  });

  it('offers nothing in a browser that needs a machine, and all else there in virtual workspaces, too', () => {
    const offered = [
      ...contributes.commands.map((each) => ({ command: each.command, when: each.enablement ?? '' })),
      ...Object.entries(contributes.menus).flatMap(([menu, items]) =>
        menu === 'commandPalette' ? [] : items.map(({ command = '', when = '' }) => ({ command, when })),
      ),
    ];
    const machine = new Set<string>(MACHINE_COMMANDS);
    for (const { command, when } of offered)
      if (machine.has(command))
        for (const part of when.split(' || ')) expect(part).toContain('!vae.inBrowser');
      else expect(when.replaceAll('(!virtualWorkspace || vae.inBrowser)', '')).not.toContain('virtual');
  });

  it('is limited in untrusted and virtual workspaces', () => {
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe('limited');
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual([Setting.runsFolder]);
  });

  it('lets no workspace choose what computes', () => {
    const scopes = Object.fromEntries(
      Object.entries(contributes.configuration.properties).map(([key, value]) => [key, value.scope]),
    );
    expect(scopes).toEqual({
      [Setting.runsFolder]: 'resource',
      [Setting.statusBar]: 'window',
      [Setting.autoResume]: 'window',
      [Setting.engine]: 'machine',
      [Setting.threads]: 'machine',
      [Setting.device]: 'machine',
      [Setting.jaxPython]: 'machine',
      [Setting.snapshots]: 'window',
      [Setting.problems]: 'machine',
    });
  });

  it('has every string that it names, and names every string that it has', () => {
    const named = [...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]!);
    expect(sorted(new Set(named))).toEqual(sorted(Object.keys(strings)));
  });

  it('links only to commands that exist in its welcome texts and walkthrough', () => {
    const steps = contributes.walkthroughs.flatMap((each) => each.steps);
    expect(steps).toHaveLength(4);
    const texts = [
      ...contributes.viewsWelcome.map((each) => each.contents),
      ...steps.map((each) => each.description),
    ];
    const links = texts.flatMap((key) => [
      ...strings[key.slice(1, -1)]!.matchAll(/command:(vae\.[A-Za-z.]+)/g),
    ]);
    const events = steps.flatMap((each) =>
      each.completionEvents.map((event) => /^onCommand:(.+)$/.exec(event)),
    );
    expect(links.length).toBeGreaterThan(4);
    for (const match of [...links, ...events]) expect(Object.values(Command)).toContain(match?.[1]);
  });

  it('has its pictures', () => {
    const icons = contributes.viewsContainers.activitybar.map((each) => each.icon);
    const steps = contributes.walkthroughs.flatMap((each) => each.steps.map((step) => step.media.image));
    for (const path of [manifest.icon, ...icons, ...steps])
      expect(existsSync(join(root, path)), path).toBe(true);
  });
});

describe('VSIX', () => {
  it('holds what is listed and nothing else', async () => {
    const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
    const allowed = [
      /^dist\/THIRD-PARTY-NOTICES\.txt$/,
      /^dist\/extension\.js$/,
      /^dist\/host\/[\w-]+\.js$/,
      /^dist\/engine\/[\w-]+\.(cjs|wasm|ttf|html)$/,
      /^dist\/engine\/onnxruntime\/\w+-\w+\/(onnxruntime_binding\.node|(lib)?onnxruntime[\w.]*\.(so\.1|dylib|dll))$/,
      /^dist\/engine\/onnxruntime\/wasm\/ort-wasm-simd-threaded\.(wasm|mjs)$/,
      /^dist\/engine\/python\/(latent_explorer_(jax|ray)\/)?\w+\.py$/,
      /^dist\/engine\/tensorflow-binding\/(binding|include|loader)\/(\w+\.(cc|h)|LICENSE)$/,
      // Where it was built before.
      /^dist\/engine\/tensorflow-binding\/prebuilt\/(\w+\.node|\w+\.json)$/,
      // The entry that the manifest names; the rest of dist/web is in the package for browsers.
      /^dist\/web\/extension\.js$/,
      /^dist\/webview\/[\w-]+\.(js|css|ttf|wasm)$/,
      /^dist\/webview\/explorer\/[\w-]+\.js$/,
      /^docs\/images\/[\w-]+\.png$/,
      /^docs\/journey\/(04-encode|05-map|07-dimensions)\.png$/,
      /^l10n\/bundle\.l10n\.json$/,
      /^media\/[\w-]+\.(png|svg)$/,
    ];
    const rest = files.filter((file) => !allowed.some((pattern) => pattern.test(file)));
    expect(sorted(rest)).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'api/latent-explorer.d.ts',
      'package.json',
      'package.nls.json',
    ]);
  });
});

it('commands are documented for programs, each once', () => {
  const table = readFileSync(join(root, 'docs', 'commands.md'), 'utf8');
  const documented = Array.from(table.matchAll(/^\| `(vae\.\w+)` /gm), ([, id]) => id);
  const contributed = manifest.contributes.commands.map(({ command }) => command);
  expect(documented.toSorted()).toEqual([...contributed, ...Object.values(ApiCommand)].toSorted());
});

it('commands are in the README by the titles that the editor shows', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const named = new Set(Array.from(readme.matchAll(/`VAE: ([^`]+)`/g), ([, title]) => title));
  const titles = manifest.contributes.commands.map(({ title }) =>
    strings[title.slice(1, -1)]!.replace('…', ''),
  );
  expect(titles.filter((title) => !named.has(title))).toEqual([]);
});
