/** Reads the data of the page and shows it. */
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { DecoderScript } from '../decoder/decoder-script';
import { PanelDecoder } from '../decoder/panel-decoder';
import { count } from '../shared/format';
import { KeptChoices } from '../shared/kept-choices';
import { t } from '../shared/l10n';
import { RunSession } from '../shared/run-session';
import { Notice } from '../shared/ui/notice';
import { Page } from './page';
import { pageClient } from './page-client';
import { PageData } from './page-data';
import { PageDecoder } from './page-decoder';
import { PageMapData } from './page-map';
import { PagePath } from './page-path';
import { PagePictures } from './page-pictures';
import { WebPageContext } from './parts';
import type { WebPage } from './parts';
import { followColours } from './theme';

/** Returns what the parts of the page are about. */
function webPage(data: PageData): WebPage {
  const { facts } = data;
  const decoder = new PageDecoder(data);
  const pictures = new PagePictures(data);
  const map = facts.map && new PageMapData(data, facts.map);
  const path = new PagePath();
  const parts = { data, decoder, pictures, map, path };
  const client = pageClient(parts);
  // Nothing is kept: a page that is opened again begins anew.
  const choices = new KeptChoices({ read: () => null, write: () => undefined });
  const session = new RunSession(client, facts.run, choices.of(facts.run.uri, facts.run.fingerprint), {
    decoder: new PanelDecoder(client, () => ownScript(decoder)),
    pictured: pictures.ids,
    opensFiles: false,
  });
  path.shown = () => session.state.update({ tab: 'path' });
  // What the mouse passes is seen at once.
  session.state.update({ pane: 'here' });
  const noDecoder = signal('');
  decoder.ready.then(
    () => session.decoder.prepare(),
    (error: unknown) => {
      session.state.update({ mapDecode: false });
      noDecoder.value =
        facts.decoderTooLarge === null
          ? t('The browser refuses: {0}.', (error as Error).message)
          : t(
              'The decoder takes {0} bytes, and a page holds one of up to {1}.',
              count(facts.decoderTooLarge.bytes),
              count(facts.decoderTooLarge.limit),
            );
    },
  );
  const [from = '', to = ''] = exampleEnds(data, pictures);
  path.ends.value = { from, to };
  return { ...parts, session, noDecoder };
}

/** Hands the panel's decoder what is open already. */
async function ownScript(decoder: PageDecoder): Promise<DecoderScript> {
  const local = await decoder.ready;
  const open = { latent: local.latent, decode: local.decode.bind(local), dispose: () => undefined };
  return { start: () => Promise.resolve(), open: () => open };
}

/** Returns two images of different classes, if there are such, as the ends of the first path; with pictures, if the page has any. */
function exampleEnds(data: PageData, pictures: PagePictures): string[] {
  const ids = data.facts.map?.ids ?? [];
  const labels = data.array('labels', 'int32');
  const indices = [...ids.keys()].filter((i) => pictures.ids.size === 0 || pictures.has(ids[i]!));
  const [first] = indices;
  if (first === undefined) return [];
  const other = indices.find((i) => i !== first && labels?.[i] !== labels?.[first]) ?? indices[1];
  return [first, ...(other === undefined ? [] : [other])].map((i) => ids[i]!);
}

async function start(): Promise<void> {
  const app = document.getElementById('app')!;
  followColours();
  const element = document.getElementById('data');
  try {
    const page = webPage(await PageData.read(element?.textContent ?? ''));
    // The text takes as much memory as all else.
    element?.remove();
    document.title = `${page.data.facts.run.name} – Latent Explorer`;
    render(
      <WebPageContext.Provider value={page}>
        <Page />
      </WebPageContext.Provider>,
      app,
    );
  } catch (error) {
    const text = t('The page cannot be shown: {0}.', (error as Error).message);
    render(<Notice kind="error" text={text} />, app);
  }
}

void start();
