import { select } from 'd3-selection';
import { type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity } from 'd3-zoom';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Point } from '../model/projection.js';

const FARTHEST = 24;
/** How near a path that stays in one town is looked at. */
const NEAREST_FIT = 8;

/** Zoom and pan by wheel, drag, pinch and buttons, kept within the picture. */
export function useZoom(width: number, height: number) {
  const element = useRef<SVGSVGElement>(null);
  const behavior = useRef<ZoomBehavior<SVGSVGElement, unknown> | null>(null);
  const [at, setAt] = useState<ZoomTransform>(zoomIdentity);
  useEffect(() => {
    if (element.current === null) return;
    const selection = select(element.current);
    const made = zoom<SVGSVGElement, unknown>()
      .scaleExtent([1, FARTHEST])
      .extent([
        [0, 0],
        [width, height],
      ])
      .translateExtent([
        [0, 0],
        [width, height],
      ])
      // The wheel scrolls the page unless a key says that the map is meant, as on other maps in pages.
      .filter((event: WheelEvent & MouseEvent) =>
        event.type === 'wheel' ? event.ctrlKey || event.metaKey : !event.button,
      )
      .on('zoom', ({ transform }: { transform: ZoomTransform }) => setAt(transform));
    selection.call(made);
    behavior.current = made;
    return () => void selection.on('.zoom', null);
  }, [width, height]);

  const move = (to: ZoomTransform) => {
    if (element.current !== null) behavior.current?.transform(select(element.current), to);
  };
  return {
    element,
    at,
    place: ([x, y]: Point): Point => at.apply([x, y]),
    by(factor: number) {
      if (element.current !== null) behavior.current?.scaleBy(select(element.current), factor);
    },
    /** By CSS pixels of the picture as it is. */
    pan(x: number, y: number) {
      const by = [x / at.k, y / at.k] as const;
      if (element.current !== null) behavior.current?.translateBy(select(element.current), ...by);
    },
    /** Shows all of these points, with some room around them. */
    show(points: readonly Point[]) {
      if (points.length === 0) return move(zoomIdentity);
      const xs = points.map(([x]) => x);
      const ys = points.map(([, y]) => y);
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const room = Math.min(
        (width - 120) / Math.max(1, right - left),
        (height - 110) / Math.max(1, bottom - top),
      );
      const k = Math.min(NEAREST_FIT, Math.max(1, room));
      const x = Math.min(0, Math.max(width - k * width, width / 2 - (k * (left + right)) / 2));
      const y = Math.min(0, Math.max(height - k * height, height / 2 - (k * (top + bottom)) / 2));
      move(zoomIdentity.translate(x, y).scale(k));
    },
  };
}
