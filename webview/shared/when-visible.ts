/** How far outside the view a section is made ready. */
const MARGIN = '300px';

/**
 * Does `work` only while `node` can be seen, or nearly: what is asked for meanwhile is done once when it comes into
 * view. Saves an engine that trains from decoding what nobody looks at.
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
