/** Below this scale names in shapes cannot be read. */
export const READABLE = 0.6;

/**
 * Show the whole diagram beside the tools that lie on the canvas: `inset` in pixels keeps their room free. Never larger than life,
 * and not smaller than `smallest`: then the beginning of the diagram is shown.
 */
export function fitDiagram(canvas, inset, smallest = 0) {
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const width = Math.max(outer.width - inset.left - inset.right, 50);
  const height = Math.max(outer.height - inset.top - inset.bottom, 50);
  const scale = Math.max(Math.min(width / inner.width, height / inner.height, 1), smallest);
  const spareWidth = Math.max(width / scale - inner.width, 0) / 2;
  const spareHeight = (height / scale - inner.height) / 2;
  canvas.viewbox({
    x: inner.x - inset.left / scale - spareWidth,
    y: inner.y - inset.top / scale - spareHeight,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}
