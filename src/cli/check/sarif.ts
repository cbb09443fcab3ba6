import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RULES } from './findings';
import type { Finding, Place, Rule } from './findings';

/** Name under which SARIF viewers know the folder that paths are relative to. */
const ROOT = 'SRCROOT';

/**
 * Makes a log in SARIF 2.1.0 (OASIS), which code hosts and editors show. Paths below `root` are relative to it.
 * @param root folder of the repository, as a rule the current folder
 */
export function toSarif(findings: readonly Finding[], root: string, version: string): object {
  const rules = Object.keys(RULES) as Rule[];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Latent Explorer',
            version,
            rules: rules.map((id) => ({
              id,
              shortDescription: { text: RULES[id].text },
              defaultConfiguration: { level: RULES[id].level },
            })),
          },
        },
        originalUriBaseIds: { [ROOT]: { uri: `${pathToFileURL(root).href.replace(/\/$/, '')}/` } },
        invocations: [{ executionSuccessful: true }],
        results: findings.map(({ rule, level, message, place, other, values }) => ({
          ruleId: rule,
          ruleIndex: rules.indexOf(rule),
          level,
          message: { text: `${message.charAt(0).toUpperCase()}${message.slice(1)}.` },
          locations: [locationOf(place, root)],
          ...(other === null ? {} : { relatedLocations: [{ id: 1, ...locationOf(other, root) }] }),
          partialFingerprints: { 'place/v1': other === null ? place.id : `${place.id} ${other.id}` },
          ...(Object.keys(values).length === 0 ? {} : { properties: values }),
        })),
      },
    ],
  };
}

function locationOf({ file, id }: Place, root: string): object {
  const logical = { logicalLocations: [{ fullyQualifiedName: id, kind: 'resource' }] };
  if (file === null) return logical;
  return { physicalLocation: { artifactLocation: artifactOf(file, root) }, ...logical };
}

function artifactOf(file: string, root: string): object {
  const path = relative(root, file);
  if (path === '' || path.startsWith(`..${sep}`) || path === '..' || isAbsolute(path))
    return { uri: pathToFileURL(file).href };
  const uri = path.split(sep).map(encodeURIComponent).join('/');
  return { uri, uriBaseId: ROOT };
}
