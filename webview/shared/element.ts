import { visibleText } from '../../src/text/visible-text';

export type Child = Node | string | null | undefined | false;
export type ElementAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Attributes that are shown or read out. Others are for programs, like the value of an option, and stay as they are. */
export const SHOWN_ATTRIBUTES: ReadonlySet<string> = new Set([
  'title',
  'aria-label',
  'alt',
  'placeholder',
  'label',
]);

/** Returns a text as it is shown: names of files cannot hide a part of themselves or turn the direction of what is beside them. */
export const shownText = (text: string): string => visibleText(text);

/** Creates an HTML element. Strings become text nodes, so a file name can never be parsed as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: ElementAttributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...shownChildren(children));
  return node;
}

/** Creates an SVG element, like `element`. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: ElementAttributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(node, attributes);
  node.append(...shownChildren(children));
  return node;
}

/**
 * Sets attributes: `true` sets an empty value, `false` and `undefined` remove the attribute. Writes only changed
 * values, since every DOM write costs.
 */
export function setAttributes(node: Element, attributes: ElementAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const given = value === undefined || value === false ? null : value === true ? '' : String(value);
    const text = given !== null && SHOWN_ATTRIBUTES.has(name) ? shownText(given) : given;
    if (text === null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/** Sets the text only if it differs, so screen readers and selections are not disturbed. */
export function setText(node: Node, text: string): void {
  const shown = shownText(text);
  if (node.textContent !== shown) node.textContent = shown;
}

/** The children that are there, to be appended to a node. */
const shownChildren = (children: readonly Child[]): (Node | string)[] =>
  children
    .filter((child) => child != null && child !== false)
    .map((child) => (typeof child === 'string' ? shownText(child) : child));
