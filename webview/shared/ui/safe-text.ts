/** Texts of components are shown as `shownText` makes them, whoever wrote the names in them; importing this module sees to it. */
import { Fragment, options } from 'preact';
import type { ComponentChildren, VNode } from 'preact';
import { SHOWN_ATTRIBUTES, shownText } from '../element';

const before = options.vnode?.bind(options);

options.vnode = (node: VNode) => {
  if (typeof node.type === 'string' || node.type === Fragment) {
    const props = node.props as Record<string, unknown> & { children?: ComponentChildren };
    for (const name of SHOWN_ATTRIBUTES)
      if (typeof props[name] === 'string') props[name] = shownText(props[name]);
    if (props.children !== undefined) props.children = shown(props.children);
  }
  before?.(node);
};

function shown(children: ComponentChildren): ComponentChildren {
  if (typeof children === 'string') return shownText(children);
  return Array.isArray(children) ? children.map(shown) : children;
}
