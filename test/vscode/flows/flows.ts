import type { Test } from '../report';
import { comeBackTests } from './comeBack';
import type { Context } from './context';
import { compareTests } from './compare';
import { controlTests } from './control';
import { directionTests } from './directions';
import { downloadTests } from './download';
import { imageTests } from './images';
import { labelTests } from './labels';
import { latentTests } from './latent';
import { lookTests } from './looks';
import { mapTests } from './map';
import { runEditorTests } from './runEditor';
import { timeTests } from './time';
import { trainingTests } from './training';
import { umapTests } from './umap';
import { untrustedTests } from './untrusted';

/** The tests of one window, in order. */
export interface Flow {
  readonly title: string;
  readonly trusted: boolean;
  readonly tests: readonly Test<Context>[];
}

/** On one workspace: what the first flow trained, the second looks at. */
export const flows: readonly Flow[] = [
  {
    title: 'a person in a trusted workspace',
    trusted: true,
    tests: [
      ...trainingTests,
      ...imageTests,
      ...latentTests,
      ...timeTests,
      ...lookTests,
      ...controlTests,
      ...mapTests,
      ...umapTests,
      ...directionTests,
      ...comeBackTests,
      ...runEditorTests,
      ...compareTests,
      ...labelTests,
      ...downloadTests,
    ],
  },
  { title: 'the same workspace, not trusted', trusted: false, tests: untrustedTests },
];
