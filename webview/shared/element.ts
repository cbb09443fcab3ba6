export type Child = Node | string | null | undefined | false;
export type ElementAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An HTML element. Strings become text nodes, so that a file name can never become markup. */
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

/** An SVG element, built the same way. */
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

/** `true` sets an empty attribute, `false` and `undefined` remove it. Writes only what differs: the browser looks at each write. */
export function setAttributes(node: Element, attributes: ElementAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = value === undefined || value === false ? null : value === true ? '' : String(value);
    if (text === null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/** Writes only when the text differs, so that screen readers and selections are left in peace. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

function isPresent(child: Child): child is Node | string {
  return child != null && child !== false;
}
