export type Child = Node | string | null | undefined | false;
export type ElementAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Creates an HTML element. Strings become text nodes, so a file name can never be parsed as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: ElementAttributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...children.filter(isPresent));
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
  node.append(...children.filter(isPresent));
  return node;
}

/**
 * Sets attributes: `true` sets an empty value, `false` and `undefined` remove the attribute. Writes only changed
 * values, since every DOM write costs.
 */
export function setAttributes(node: Element, attributes: ElementAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = value === undefined || value === false ? null : value === true ? '' : String(value);
    if (text === null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/** Sets the text only if it differs, so screen readers and selections are not disturbed. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

function isPresent(child: Child): child is Node | string {
  return child != null && child !== false;
}
