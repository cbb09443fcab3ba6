/**
 * Checks a log against SARIF 2.1.0 (OASIS Standard, 27 March 2020): the objects that `vae check` writes, each with all properties
 * that the specification gives it, those it requires, and the rules that a schema cannot say.
 */
type Check = (value: unknown, at: string) => string[];
type Properties = Readonly<Record<string, unknown>>;

const LEVELS = ['none', 'note', 'warning', 'error'];

const text: Check = (value, at) =>
  typeof value === 'string' && value !== '' ? [] : [`${at}: expected text`];
const oneOf =
  (choices: readonly unknown[]): Check =>
  (value, at) =>
    choices.includes(value) ? [] : [`${at}: got ${String(value)}, expected ${choices.join(', ')}`];
const wholeNumber =
  (least: number): Check =>
  (value, at) =>
    Number.isInteger(value) && Number(value) >= least ? [] : [`${at}: expected a whole number from ${least}`];
const listOf =
  (check: Check): Check =>
  (value, at) =>
    Array.isArray(value)
      ? value.flatMap((each, i) => check(each, `${at}[${i}]`))
      : [`${at}: expected a list`];
const mapOf =
  (check: Check): Check =>
  (value, at) =>
    Object.entries(value as Properties).flatMap(([key, each]) => check(each, `${at}.${key}`));

/** @param others names of the specification's other properties, which are not looked into */
const object =
  (
    checks: Readonly<Record<string, Check>>,
    required: readonly string[],
    others: string,
    whole?: Check,
  ): Check =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [`${at}: expected an object`];
    const known = [...others.split(' '), 'properties'];
    const missing = required.filter((key) => !Object.hasOwn(value, key)).map((key) => `${at}: has no ${key}`);
    const inner = Object.entries(value).flatMap(([key, each]) => {
      if (Object.hasOwn(checks, key)) return checks[key]!(each, `${at}.${key}`);
      return known.includes(key) ? [] : [`${at}.${key}: no property of SARIF`];
    });
    return [...missing, ...inner, ...(whole?.(value, at) ?? [])];
  };

/** 3.11.5: braces are doubled, or name an argument. 3.11.6: a link to a number goes to a location of the result. */
const messageText: Check = (value, at) => {
  const left = String(value)
    .replaceAll('{{', '')
    .replaceAll('}}', '')
    .replaceAll(/\{\d+\}/g, '');
  return [...text(value, at), ...(/[{}]/.test(left) ? [`${at}: has single braces`] : [])];
};
const messageOthers = 'arguments id markdown';
const message = object({ text: messageText }, ['text'], messageOthers);
/** 3.12 */
const multiformat = object({ text: messageText }, ['text'], 'markdown');

/** RFC 3986: a URI or a relative reference, of which the characters that are not allowed are percent-encoded. */
const uri: Check = (value, at) => {
  const isUri =
    typeof value === 'string' &&
    /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})+$/i.test(value) &&
    (value.includes('://') || !value.split('/')[0]!.includes(':'));
  return isUri ? [] : [`${at}: got ${String(value)}, expected a URI reference`];
};
/** 3.4. Absolute, or relative to a base that the run names; 3.10.2: a file URI has no '..' segment. */
const artifactLocation = (bases: readonly string[]): Check =>
  object({ uri, uriBaseId: oneOf(bases) }, ['uri'], 'description index', (value, at) => {
    const { uri: own, uriBaseId } = value as { uri?: string; uriBaseId?: string };
    const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(own ?? '');
    return [
      ...(isAbsolute && uriBaseId !== undefined ? [`${at}: an absolute URI has a base`] : []),
      ...(!isAbsolute && uriBaseId === undefined ? [`${at}: a relative URI has no base`] : []),
      ...(own?.split('/').includes('..') ? [`${at}: has a segment ..`] : []),
    ];
  });
/** 3.14.14: the bases themselves are absolute, and end with a slash. */
const base: Check = object({ uri }, ['uri'], 'description index', (value, at) => {
  const own = String((value as Properties)['uri']);
  return /^[a-z]+:\/\/.*\/$/i.test(own)
    ? []
    : [`${at}: got ${own}, expected an absolute URI that ends with /`];
});

/** 3.30 */
const region = object(
  {
    startLine: wholeNumber(1),
    startColumn: wholeNumber(1),
    endLine: wholeNumber(1),
    endColumn: wholeNumber(1),
  },
  [],
  'charOffset charLength byteOffset byteLength snippet message sourceLanguage',
);
const physicalLocation = (bases: readonly string[]): Check =>
  object(
    { artifactLocation: artifactLocation(bases), region },
    ['artifactLocation'],
    'address contextRegion',
  );
/** 3.33.7 */
const LOGICAL_KINDS = [
  ...['function', 'member', 'module', 'namespace', 'parameter', 'resource', 'returnType', 'type', 'variable'],
  ...[
    'object',
    'array',
    'property',
    'value',
    'element',
    'text',
    'attribute',
    'comment',
    'declaration',
    'dtd',
  ],
  'processingInstruction',
];
const logicalLocation = object(
  { fullyQualifiedName: text, kind: oneOf(LOGICAL_KINDS) },
  [],
  'decoratedName index name parentIndex',
);
const location = (bases: readonly string[]): Check =>
  object(
    {
      id: wholeNumber(0),
      physicalLocation: physicalLocation(bases),
      logicalLocations: listOf(logicalLocation),
    },
    [],
    'annotations message relationships',
  );

/** 3.49, 3.50 */
const rule = object(
  {
    id: text,
    shortDescription: multiformat,
    defaultConfiguration: object({ level: oneOf(LEVELS) }, [], 'enabled parameters rank'),
  },
  ['id'],
  'deprecatedGuids deprecatedIds deprecatedNames fullDescription guid help helpUri messageStrings name relationships',
);
const driver = object(
  { name: text, version: text, rules: listOf(rule) },
  ['name'],
  'associatedComponent contents dottedQuadFileVersion downloadUri fullDescription fullName globalMessageStrings guid informationUri isComprehensive language localizedDataSemanticVersion locations minimumRequiredLocalizedDataSemanticVersion notifications organization product productSuite releaseDateUtc semanticVersion shortDescription supportedTaxonomies taxa translationMetadata',
);
/** 3.20 */
const invocation = object(
  { executionSuccessful: oneOf([true, false]) },
  ['executionSuccessful'],
  'account arguments commandLine endTimeUtc environmentVariables executableLocation exitCode exitCodeDescription exitSignalName exitSignalNumber machine notificationConfigurationOverrides processId processStartFailureMessage responseFiles ruleConfigurationOverrides startTimeUtc stderr stdin stdout stdoutStderr toolConfigurationNotifications toolExecutionNotifications workingDirectory',
);

/** 3.27 */
const result = (ruleIds: readonly string[], bases: readonly string[]): Check =>
  object(
    {
      ruleId: text,
      ruleIndex: wholeNumber(0),
      level: oneOf(LEVELS),
      message,
      locations: listOf(location(bases)),
      relatedLocations: listOf(location(bases)),
      partialFingerprints: mapOf(text),
    },
    ['message'],
    'analysisTarget attachments baselineState codeFlows correlationGuid fingerprints fixes graphs graphTraversals guid hostedViewerUri kind occurrenceCount provenance rank rule stacks suppressions taxa webRequest webResponse workItemUris',
    (value, at) => {
      const own = value as { ruleId: string; ruleIndex: number; message?: { text?: string } };
      const { locations = [], relatedLocations = [] } = value as Record<string, { id?: number }[]>;
      const ids = [...locations, ...relatedLocations].flatMap(({ id }) => (id === undefined ? [] : [id]));
      const links = [...(own.message?.text ?? '').matchAll(/\[(?:[^\\[\]]|\\[\\[\]])*\]\(([^)]*)\)/g)];
      return [
        // 3.27.6 and 3.52.4: both name the same rule.
        ...(ruleIds[own.ruleIndex] === own.ruleId ? [] : [`${at}: ruleIndex is not that of ${own.ruleId}`]),
        ...(new Set(ids).size === ids.length ? [] : [`${at}: two locations have the same id`]),
        ...links
          .filter(([, to]) => !ids.includes(Number(to)))
          .map(([link]) => `${at}: the link ${link} leads nowhere`),
      ];
    },
  );

/** Returns what is wrong with a log, a line each. */
export function sarifProblems(log: unknown): string[] {
  const run: Check = (value, at) => {
    const { originalUriBaseIds = {}, tool } = value as {
      originalUriBaseIds?: object;
      tool?: { driver?: { rules?: { id: string }[] } };
    };
    const ids = (tool?.driver?.rules ?? []).map(({ id }) => id);
    return object(
      {
        tool: object({ driver }, ['driver'], 'extensions'),
        originalUriBaseIds: mapOf(base),
        invocations: listOf(invocation),
        results: listOf(result(ids, Object.keys(originalUriBaseIds))),
      },
      ['tool'],
      'addresses artifacts automationDetails baselineGuid columnKind conversion defaultEncoding defaultSourceLanguage externalPropertyFileReferences graphs language logicalLocations newlineSequences policies redactionTokens runAggregates specialLocations taxonomies threadFlowLocations translations versionControlProvenance webRequests webResponses',
      () => (new Set(ids).size === ids.length ? [] : [`${at}: two rules have the same id`]),
    )(value, at);
  };
  const checks = { $schema: uri, version: oneOf(['2.1.0']), runs: listOf(run) };
  return object(checks, ['version', 'runs'], 'inlineExternalProperties')(log, 'log');
}
