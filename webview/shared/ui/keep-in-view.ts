/** What a person begins to do elsewhere with. */
const INPUTS = ['wheel', 'pointerdown', 'touchstart', 'keydown'] as const;

/**
 * Scrolls to an element, and again as what surrounds it gets its size (charts and pictures that come later), until the person does
 * something. @returns ends it
 */
export function keepInView(element: HTMLElement, block: ScrollLogicalPosition = 'nearest'): () => void {
  const scroll = (): void => element.scrollIntoView({ block });
  const sizes = new ResizeObserver(scroll);
  const end = (): void => {
    sizes.disconnect();
    for (const each of INPUTS) document.removeEventListener(each, end, true);
  };
  scroll();
  const stage = element.closest('#stage');
  for (let part: Element | null = element; part !== null && part !== stage; part = part.parentElement)
    for (const each of part.parentElement?.children ?? []) sizes.observe(each);
  for (const each of INPUTS) document.addEventListener(each, end, { capture: true, passive: true });
  return end;
}
