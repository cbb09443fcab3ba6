import assert from 'node:assert/strict';
import { copyFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { AnalogyResult } from '../../../src/host/directions/analogy';
import type { AppliedDirection } from '../../../src/host/directions/apply-direction';
import type { MadeDirection } from '../../../src/host/directions/make-direction';
import { exclude, excludedFile, includeAgain, listedBy } from '../../../src/runs/excluded-images';
import type { ComparedData } from '../../../src/host/compare/compare-runs';
import { COMPARE_PANEL, EXPLORER_PANEL } from '../../../src/host/identifiers';
import type { DeleteResult } from '../../../src/host/runs/delete-run';
import type { ExportResult } from '../../../src/host/runs/export-run';
import { changeAbout, readAbout } from '../../../src/runs/about';
import { readRun } from '../../../src/runs/store';
import { connectToRun } from '../../../src/endpoint/client';
import { until } from '../waiting/until';
import type { Own } from './own';
import { execute, pictures, rowsOf, runFolder, workspaceFolder } from './commands';
import type { Card, Interpolated, RunResult } from './commands';
import { giveApi } from './api';
import { trainWithLabels } from './labels';
import { givePlainData } from './programs';
import { refuses } from './refusals';
import type { InHostName } from './names';

const LATENT = 5;

const extension = (): vscode.Extension<unknown> => {
  const found = vscode.extensions.getExtension('latent-explorer.latent-explorer');
  assert(found, 'the extension is not installed');
  return found;
};

const activation = (): Promise<true> => until('the activation', () => extension().isActive);

/** Whether a panel of this view type is open. */
const isOpen = (viewType: string): boolean =>
  vscode.window.tabGroups.all
    .flatMap((group) => group.tabs.map((tab) => tab.input))
    .some((input) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType));

/** As the engine itself says. */
async function stateOf(run: string): Promise<string | undefined> {
  const connection = await connectToRun(run);
  const status = await connection?.client.call('status', {});
  connection?.client.dispose();
  return status?.state;
}

export const tests: Record<InHostName, (own: Own) => Promise<string | void>> = {
  async 'the extension is active once the window has started'() {
    await activation();
  },

  async 'every contributed command is registered'() {
    await activation();
    const known = new Set(await vscode.commands.getCommands(true));
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).filter((command) => !known.has(command)),
      [],
    );
  },

  async 'vae.train trains to its end and records the run'() {
    const { runUri } = await execute<RunResult>('vae.train', {
      data: join(workspaceFolder(), 'pictures'),
      latent: LATENT,
      samples: 20_000,
      set: { hidden: '32' },
    });
    const finished = runFolder(runUri);
    await until('the end of the training', async () => (await readRun(finished)).outcome === 'finished');
    const rows = await rowsOf(finished);
    const train = rows.filter((row) => row.type === 'train');
    assert(train.length > 2, `expected rows of training, got ${train.length}`);
    assert(rows.some((row) => row.type === 'validation'));
    assert(train.at(-1)!.elbo > train[0]!.elbo, 'the bound did not rise');
    assert((await readRun(finished)).checkpoints.length > 0);
  },

  async 'vae.encode gives a card whose bound is the difference of its parts'(own) {
    const finished = await own.finished();
    const [path] = pictures();
    const [card] = await execute<Card[]>('vae.encode', { images: [path], run: finished });
    assert(card && !('error' in card), JSON.stringify(card));
    assert.equal(card.uri, pathToFileURL(path!).href);
    assert(Number.isFinite(card.elbo));
    assert(Math.abs(card.elbo - (card.reconstruction - card.kl)) < 1e-3);
    assert.equal(card.mean.length, LATENT);
    assert(card.standardDeviation.every((value) => value > 0));
    const sum = card.klPerDimension.reduce((total, value) => total + value, 0);
    assert(Math.abs(sum - card.kl) < 1e-3, `KL ${card.kl}, its parts sum to ${sum}`);
  },

  async 'vae.interpolate gives strips that begin and end at the two reconstructions'(own) {
    const finished = await own.finished();
    const [from, to] = pictures();
    const ends = await execute<Card[]>('vae.encode', { images: [from, to], run: finished });
    const strip = await execute<Interpolated>('vae.interpolate', { images: [from, to], run: finished });
    for (const path of [strip.linear, strip.spherical]) {
      const size = path.width * path.height * path.channels;
      const frame = (i: number): Buffer => Buffer.from(path.bytes.slice(i * size, (i + 1) * size));
      for (const [card, i] of [[ends[0]!, 0] as const, [ends[1]!, path.count - 1] as const]) {
        assert(!('error' in card));
        assert(frame(i).equals(Buffer.from(card.reconstructed.bytes)), `frame ${i} is another picture`);
      }
      assert(!frame(0).equals(frame(path.count >> 1)), 'the middle is the start');
    }
  },

  async 'commands for programs give plain data that fits together'(own) {
    const finished = await own.finished();
    await givePlainData(finished, pictures()[0]!, LATENT);
  },

  async 'getAPI(1) and the tools of language models say what the commands say'(own) {
    await giveApi(extension(), await own.finished(), pictures()[0]!);
  },

  async 'vae.showOnMap finds the images in the dataset of the run, and refuses others'(own) {
    const finished = await own.finished();
    const ids = ['3/13.png', '0/20.png'];
    const images = ids.map((id) => join(workspaceFolder(), 'pictures', id));
    assert.deepEqual(await execute('vae.showOnMap', { images, run: finished }), { run: finished, ids });
    const outside = join(workspaceFolder(), 'samples', '1.png');
    await refuses('vae.showOnMap', { images: [outside], run: finished }, /is not in the folder/);
  },

  async 'vae.makeDirection, vae.applyDirection and vae.analogy make, keep and use a direction of latent space'(
    own,
  ) {
    const finished = await own.finished();
    const [zero, one, two] = pictures();
    const sets = { a: { label: '1' }, b: { label: '7' } };
    const made = await execute<MadeDirection>('vae.makeDirection', { ...sets, name: 'bar', run: finished });
    assert.equal(made.vector.length, LATENT);
    assert(made.counts.every((count) => count > 0));
    assert.equal(
      (await execute<MadeDirection>('vae.makeDirection', { component: 0, run: finished })).file,
      null,
    );
    assert.deepEqual(made, JSON.parse(JSON.stringify(made)));
    await refuses('vae.makeDirection', { ...sets, name: 'bar', run: finished }, /'bar' already/);
    await refuses(
      'vae.makeDirection',
      { a: { tag: 'none' }, b: { rest: true }, run: finished },
      /no tag none/,
    );
    await refuses(
      'vae.makeDirection',
      { a: { images: [zero] }, b: { rest: true }, run: finished },
      /are not in/,
    );
    const applied = await execute<AppliedDirection>('vae.applyDirection', {
      ...{ direction: 'bar', image: one, places: [0, 1], run: finished },
    });
    const step = applied.z[1]!.map((value, d) => value - applied.z[0]![d]!);
    step.forEach((value, d) => assert(Math.abs(value - made.vector[d]!) < 1e-4));
    assert(applied.sameWeights);
    assert.equal(applied.pictures.count, 2);
    await refuses(
      'vae.applyDirection',
      { direction: 'none', run: finished },
      /no direction none.*It has: bar/,
    );
    const same = await execute<AnalogyResult>('vae.analogy', { images: [zero, one, zero], run: finished });
    same.z[3]!.forEach((value, d) => assert(Math.abs(value - same.z[1]![d]!) < 1e-5));
    await refuses('vae.analogy', { images: [zero, two], run: finished }, /three images.*got 2/);
  },

  async 'vae.train leaves out the images that were excluded, and records them'(own) {
    const finished = await own.finished();
    const data = join(workspaceFolder(), 'pictures');
    const file = excludedFile(dirname(finished));
    // Long enough for the engine to get its job by a file.
    const gone = Array.from({ length: 1000 }, (_, i) => `gone/${i} ${'x'.repeat(40)}.png`);
    await exclude(file, pathToFileURL(data).href, ['3/13.png', '0/20.png', ...gone]);
    const trained = async (more: { data: string; leaveOut?: boolean }) => {
      const settings = { latent: 2, samples: 1000, set: { hidden: '8' }, ...more };
      const { runUri, excluded } = await execute<RunResult & { excluded: number }>('vae.train', settings);
      const folder = runFolder(runUri);
      await until('the end of the training', async () => (await readRun(folder)).outcome === 'finished');
      return { folder, excluded, ...(await readRun(folder)).config.data };
    };
    const without = await trained({ data });
    assert.equal(without.excluded, 1002);
    assert.equal(without.count, (await readRun(finished)).config.data.count - 2);
    assert(without.source.kind === 'folder' && without.source.leftOut?.length === 1002);
    assert.deepEqual(
      (await readdir(without.folder)).filter((name) => name.endsWith('.vae-tmp')),
      [],
    );
    const all = await trained({ data, leaveOut: false });
    assert.equal(all.excluded, 0);
    await includeAgain(file, pathToFileURL(data).href);
    // Images that are no files are named by their ids.
    const digits = listedBy({ kind: 'digits', count: 60, seed: 0 });
    await exclude(file, digits, ['digits#5', 'digits#59']);
    const drawn = await trained({ data: 'digits:60' });
    assert.deepEqual([drawn.excluded, drawn.count], [2, 58]);
    for (const { folder } of [without, all, drawn])
      await execute('vae.deleteRun', { run: folder, confirmed: true });
    await includeAgain(file, digits);
  },

  async 'vae.train takes the labels of a table, and refuses one that is none'() {
    await trainWithLabels();
  },

  async 'an image whose name looks like markup is a file like any other'(own) {
    const finished = await own.finished();
    const name = `<img src=x onerror=alert(1)> $(trash) [a](command:x) 100%25 #1?.png`;
    const path = join(workspaceFolder(), name);
    await copyFile(pictures()[0]!, path);
    const [card] = await execute<Card[]>('vae.encode', { images: [path], run: finished });
    assert(card && !('error' in card), JSON.stringify(card));
    assert.equal(card.name, name);
    const uri = vscode.Uri.file(path).toString();
    const [again] = await execute<Card[]>('vae.encode', { images: [uri], run: finished });
    assert(again && !('error' in again), JSON.stringify(again));
  },

  async 'bad arguments are refused with what was got and what was expected'(own) {
    const finished = await own.finished();
    const image = pictures()[0]!;
    await refuses('vae.train', { data: 'no-such-folder' }, /no-such-folder.*no such folder/s);
    await refuses('vae.train', { data: 'digits', preset: 'best' }, /preset.*(aevb|fast)/s);
    await refuses('vae.train', { data: 'digits', latent: -1 }, /latent/);
    await refuses('vae.train', { data: 'digits', colour: 'red' }, /colour/);
    await refuses('vae.train', { data: 'digits', set: { hiden: '3' } }, /unknown setting 'hiden'/);
    await refuses('vae.train', { data: image }, /expected a folder of images/);
    await refuses('vae.encode', ['notes.txt'], /not a supported image file/);
    await refuses('vae.encode', { images: [image], run: join(workspaceFolder(), 'pictures') }, /not a run/);
    const tooMany = Array.from({ length: 65 }, () => image);
    await refuses('vae.interpolate', { images: tooMany, run: finished }, /2 to 64 images, got 65/);
    await refuses('vae.stop', { run: finished }, /not being trained/);
    const text = join(workspaceFolder(), 'text.png');
    await writeFile(text, 'no picture at all');
    const missing = join(workspaceFolder(), 'missing.png');
    const cards = await execute<Card[]>('vae.encode', { images: [text, missing, image], run: finished });
    assert.deepEqual(
      cards.map((card) => 'error' in card),
      [true, true, false],
    );
  },

  async 'a training on the sample digits answers vae.encode, and is paused, continued, stopped and resumed'() {
    const start = performance.now();
    const { runUri } = await execute<RunResult>('vae.train', {
      ...{ data: 'digits', preset: 'aevb', set: { hidden: '64' } },
    });
    const live = runFolder(runUri);
    const newest = async (): Promise<number> => (await rowsOf(live)).at(-1)?.step ?? -1;
    await until('the first row', async () => (await newest()) >= 0);
    const first = (performance.now() - start) / 1000;

    const [card] = await execute<Card[]>('vae.encode', { images: [pictures()[3]], run: live });
    assert(card && !('error' in card), JSON.stringify(card));
    await until('a later row', async () => (await newest()) > card.step);

    await execute('vae.pause', { run: live });
    await until('the engine to pause', async () => (await stateOf(live)) === 'paused');
    const held = await newest();
    // Two more answers of the engine: a training that went on would have written between them.
    assert.deepEqual([await stateOf(live), await stateOf(live)], ['paused', 'paused']);
    assert.equal(await newest(), held);
    await execute('vae.continue', { run: live });
    await until('a later row', async () => (await newest()) > held);

    await execute('vae.stop', { run: live });
    const record = await readRun(live);
    assert.equal(record.outcome, 'stopped');
    assert(record.checkpoints.length > 0);

    const before = await newest();
    await execute('vae.resume', { run: live });
    await until('a later row', async () => (await newest()) > before);
    await execute('vae.stop', { run: live });
    assert.equal((await readRun(live)).outcome, 'stopped');
    return `first row ${first.toFixed(1)} s after the command`;
  },

  async 'vae.compareRuns gives figures and the settings that differ, and opens its panel'(own) {
    const [finished, live] = [await own.finished(), await own.stopped()];
    const uris = [finished, live].map((folder) => pathToFileURL(folder).href);
    const { runs, settings, cautions } = await execute<ComparedData>('vae.compareRuns', { runs: uris });
    assert.deepEqual(
      runs.map(({ uri }) => uri),
      uris,
    );
    const last = (await rowsOf(finished)).findLast((row) => row.type === 'train')!;
    assert.equal(runs[0]!.train!.elbo, last.elbo);
    const latent = settings.find(({ name }) => name === 'model.latent')!;
    assert.deepEqual(latent, { name: 'model.latent', values: [String(LATENT), '20'], differs: true });
    assert.equal(cautions.length, 1, cautions.join());
    await until('the tab', () => isOpen(COMPARE_PANEL));
    await refuses('vae.compareRuns', [finished], /compares 2 to 8 runs; 1 were chosen/);
    await refuses(
      'vae.compareRuns',
      { runs: [finished, workspaceFolder()] },
      /is not a run of this workspace/,
    );
  },

  async 'vae.openExplorer opens the panel'(own) {
    const finished = await own.finished();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('vae.openExplorer', { run: finished });
    await until('the tab', () => isOpen(EXPLORER_PANEL));
  },

  async 'vae.renameRun, vae.tagRun and vae.editNotes write about a run, and notes are a document that is saved'(
    own,
  ) {
    const run = await own.finished();
    await execute('vae.renameRun', { run, name: 'Faces' });
    await execute('vae.tagRun', { run, tags: ['baseline', 'small model'] });
    const { uri } = await execute<{ uri: string }>('vae.editNotes', { run });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    assert.equal(document.getText(), '');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'first line\n');
    assert(await vscode.workspace.applyEdit(edit));
    // The editor may be saving it by itself at this moment, and then does not save it again.
    await until('the notes to be saved', async () => {
      if (document.isDirty) await document.save();
      return !document.isDirty;
    });
    const about = { name: 'Faces', notes: 'first line\n', tags: ['baseline', 'small model'] };
    assert.deepEqual(await readAbout(run), about);
    assert.deepEqual((await readRun(run)).about, about);
    // As another window would.
    await changeAbout(run, ({ notes }) => ({ notes: `${notes}theirs\n` }));
    await until('the text of the other window', () => document.getText() === 'first line\ntheirs\n');
    await refuses('vae.renameRun', { run, name: 'x'.repeat(201) }, /at most 200 characters/);
    const outside = vscode.Uri.file(join(workspaceFolder(), 'notes.md')).with({ scheme: 'vae-notes' });
    await assert.rejects(Promise.resolve(vscode.workspace.fs.readFile(outside)));
  },

  async 'vae.exportRun writes the files of a run, and over others only where that is said'(own) {
    const run = await own.finished();
    const { uris, step } = await execute<ExportResult>('vae.exportRun', { run });
    assert.equal(step, (await readRun(run)).checkpoints.at(-1));
    const out = join(workspaceFolder(), 'out');
    await execute('vae.exportRun', { run, folder: out });
    for (const [i, name] of ['encoder.onnx', 'decoder.onnx'].entries()) {
      const bytes = await readFile(runFolder(uris[i]!));
      assert(bytes.length > 1000);
      assert.deepEqual(await readFile(join(out, name)), bytes);
    }
    await refuses('vae.exportRun', { run, folder: out }, /already exists/);
    await execute('vae.exportRun', { run, folder: out, overwrite: true });
    await refuses('vae.exportRun', { run, format: 'pickle' }, /expected .*onnx/);
  },

  async 'vae.deleteRun removes an ended run'(own) {
    const live = await own.stopped();
    const { deleted } = await execute<DeleteResult>('vae.deleteRun', { run: live, confirmed: true });
    assert.equal(deleted, true);
    await assert.rejects(readRun(live));
  },
};
