/** Distance from the viewport within which a section counts as visible. */
const MARGIN = '300px';

/**
 * Returns a function that runs `work` if `node` is visible or nearly so, and otherwise defers it, once, until `node`
 * comes into view. Keeps a training engine from decoding off-screen pictures.
 */
export function whenVisible(node: Element, work: () => void): () => void {
  let seen = false;
  let due = false;
  new IntersectionObserver(
    (entries) => {
      seen = entries.at(-1)!.isIntersecting;
      if (!seen || !due) return;
      due = false;
      work();
    },
    { rootMargin: MARGIN },
  ).observe(node);
  return () => {
    if (seen) work();
    else due = true;
  };
}
