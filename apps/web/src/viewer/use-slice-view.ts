import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { toPicture, type Sheet } from './sheet.ts';
import { zoomAt, type HuWindow, type View } from './slice-image.ts';

interface Point {
  x: number;
  y: number;
}

interface SliceView {
  canvas: RefObject<HTMLCanvasElement | null>;
  /** Where the image lies on the canvas now. */
  shown: View;
  /** Zooms about a point of the canvas, or about its middle. */
  zoom: (factor: number, about?: Point) => void;
  pan: (dx: number, dy: number) => void;
  /** Shows the whole image. */
  reset: () => void;
}

/** Draws a sheet on a canvas under a window, and keeps its zoom and place. */
export function useSliceView(image: Sheet, huWindow: HuWindow): SliceView {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState<View | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const fit = size.width === 0 ? 1 : Math.min(size.width / image.width, size.height / image.height);
  const shown = view ?? {
    zoom: fit,
    x: (size.width - image.width * fit) / 2,
    y: (size.height - image.height * fit) / 2,
  };
  const picture = useMemo(() => toPicture(image, huWindow), [image, huWindow]);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || size.width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = Math.round(size.width * ratio);
    element.height = Math.round(size.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.imageSmoothingEnabled = shown.zoom < 1;
    context.drawImage(
      picture,
      shown.x,
      shown.y,
      image.width * shown.zoom,
      image.height * shown.zoom,
    );
  }, [picture, size, shown.zoom, shown.x, shown.y, image]);

  const zoom = useCallback(
    (factor: number, about?: Point) => {
      setView((old) =>
        zoomAt(old ?? shown, factor, about ?? { x: size.width / 2, y: size.height / 2 }, fit),
      );
    },
    [shown, size, fit],
  );

  // React listens to the wheel passively, so it could not keep the page from scrolling. Only a
  // focused viewer takes the wheel.
  useEffect(() => {
    const element = canvas.current;
    function onWheel(event: WheelEvent) {
      if (document.activeElement !== element && !event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, { x: event.offsetX, y: event.offsetY });
    }
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [zoom]);

  const pan = (dx: number, dy: number) => setView({ ...shown, x: shown.x + dx, y: shown.y + dy });
  return { canvas, shown, zoom, pan, reset: () => setView(null) };
}
