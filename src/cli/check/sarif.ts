import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RULES } from './findings';
import type { Finding, FindingPlace, Rule } from './findings';

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
        originalUriBaseIds: { [ROOT]: { uri: `${fileUri(root).replace(/\/$/, '')}/` } },
        invocations: [{ executionSuccessful: true }],
        results: findings.map(({ rule, level, message, place, other, values }) => ({
          ruleId: rule,
          ruleIndex: rules.indexOf(rule),
          level,
          message: { text: plainText(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`) },
          locations: [locationOf(place, root)],
          ...(other === null ? {} : { relatedLocations: [{ id: 1, ...locationOf(other, root) }] }),
          partialFingerprints: { 'place/v1': other === null ? place.id : `${place.id} ${other.id}` },
          ...(Object.keys(values).length === 0 ? {} : { properties: values }),
        })),
      },
    ],
  };
}

function locationOf({ file, id }: FindingPlace, root: string): object {
  const logical = { logicalLocations: [{ fullyQualifiedName: id, kind: 'resource' }] };
  if (file === null) return logical;
  return { physicalLocation: { artifactLocation: artifactOf(file, root) }, ...logical };
}

function artifactOf(file: string, root: string): object {
  const path = relative(root, file);
  if (path === '' || path.startsWith(`..${sep}`) || path === '..' || isAbsolute(path))
    return { uri: fileUri(file) };
  // Windows allows names that are not Unicode, which cannot be encoded; they become the replacement character, as in file URLs.
  const uri = Buffer.from(path).toString().split(sep).map(encodeURIComponent).join('/');
  return { uri, uriBaseId: ROOT };
}

/** Some releases of Node leave [ and | in file URLs as they are, which RFC 3986 wants to be encoded in a path. */
const fileUri = (path: string): string =>
  pathToFileURL(path).href.replace(/[^\w.~:/@!$&'()*+,;=%-]/g, encodeURIComponent);

/** Messages have {0} for arguments and [text](1) for links (3.11.5 and 3.11.6), which names of files are not. */
const plainText = (message: string): string =>
  message.replaceAll('{', '{{').replaceAll('}', '}}').replaceAll('](', '\\](');
