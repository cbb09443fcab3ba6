import { useLayoutEffect, useRef } from 'preact/hooks';

/** The place of an element that a class draws, such as a canvas with its events. */
export function Mount({ node, class: name }: { readonly node: HTMLElement; readonly class?: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current!.replaceChildren(node);
    return () => node.remove();
  }, [node]);
  return <div ref={place} class={name ?? 'mount'} />;
}
