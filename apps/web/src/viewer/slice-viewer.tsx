import { Button, Group, NumberInput, Skeleton, Slider, Text } from '@mantine/core';
import type { OperationName } from '@scapis/client';
import { useQuery } from '@tanstack/react-query';
import {
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
} from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api/client.ts';
import { ProblemAlert } from '../ui/problem.tsx';
import {
  lookupTable,
  toHu,
  windowPresets,
  zoomAt,
  type HuWindow,
  type View,
  type WindowPreset,
} from './slice-image.ts';
import { SyntheticBadge } from './synthetic-badge.tsx';
import styles from './slice-viewer.module.css';

/** Operations that answer a sheet of images. */
export type SheetName = Extract<
  OperationName,
  | 'datasetVersions.contactSheet'
  | 'trainingRuns.sampleSheet'
  | 'cohorts.sampleSheet'
  | 'cohorts.closestPairs'
>;
interface SliceViewerProps {
  sheet: SheetName;
  id: string;
  version?: string | null;
  /** Which of several, where the operation keeps some. */ query?: Record<string, string>;
  label: string;
  isSynthetic: boolean;
}
interface Sheet {
  width: number;
  height: number;
  gray: Uint8ClampedArray;
}

const presetNames = Object.keys(windowPresets) as WindowPreset[];

/**
 * A sheet of slices on Canvas 2D (no WebGL: hospital desktops often lack it), with window, zoom and
 * pan by mouse, wheel and keys.
 */
export function SliceViewer({
  sheet,
  id,
  version,
  query: wanted,
  label,
  isSynthetic,
}: SliceViewerProps) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ['sheet', sheet, id, version ?? '', wanted ?? {}],
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      readSheet(
        await (
          await client.fetchBytes(sheet, { path: { id }, ...(wanted && { query: wanted }), signal })
        ).blob(),
      ),
    placeholderData: (previous) => previous,
  });
  if (query.error) return <ProblemAlert error={query.error} title={t('viewer.failed')} />;
  if (!query.data) return <Skeleton height={420} aria-label={t('common.loading')} />;
  return <Viewer image={query.data} label={label} isSynthetic={isSynthetic} />;
}

function Viewer({
  image,
  label,
  isSynthetic,
}: {
  image: Sheet;
  label: string;
  isSynthetic: boolean;
}) {
  const { t } = useTranslation();
  const helpId = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [huWindow, setHuWindow] = useState<HuWindow>(windowPresets.full);
  const [view, setView] = useState<View | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [under, setUnder] = useState<number | null>(null);
  const drag = useRef<{ x: number; y: number } | null>(null);
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
    (factor: number, pointer?: { x: number; y: number }) => {
      setView((old) =>
        zoomAt(old ?? shown, factor, pointer ?? { x: size.width / 2, y: size.height / 2 }, fit),
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
  const keys: Record<string, () => void> = {
    ArrowLeft: () => pan(40, 0),
    ArrowRight: () => pan(-40, 0),
    ArrowUp: () => pan(0, 40),
    ArrowDown: () => pan(0, -40),
    '+': () => zoom(1.25),
    '-': () => zoom(1 / 1.25),
    Home: () => setView(null),
    '0': () => setView(null),
    ...Object.fromEntries(
      presetNames.map((name, index) => [String(index + 1), () => setHuWindow(windowPresets[name])]),
    ),
  };
  function onKeyDown(event: KeyboardEvent) {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  }
  function onPointerMove(event: PointerEvent<HTMLCanvasElement>) {
    const { offsetX, offsetY } = event.nativeEvent;
    const column = Math.floor((offsetX - shown.x) / shown.zoom);
    const row = Math.floor((offsetY - shown.y) / shown.zoom);
    const isInside = column >= 0 && row >= 0 && column < image.width && row < image.height;
    setUnder(isInside ? toHu(image.gray[row * image.width + column] ?? 0) : null);
    if (!drag.current) return;
    pan(event.clientX - drag.current.x, event.clientY - drag.current.y);
    drag.current = { x: event.clientX, y: event.clientY };
  }
  return (
    <div className={styles.viewer}>
      <div className={styles.frame}>
        <canvas
          ref={canvas}
          role="application"
          tabIndex={0}
          aria-label={label}
          aria-describedby={helpId}
          onKeyDown={onKeyDown}
          onPointerMove={onPointerMove}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = { x: event.clientX, y: event.clientY };
          }}
          onPointerUp={() => {
            drag.current = null;
          }}
          onPointerLeave={() => setUnder(null)}
        />
        {isSynthetic && (
          <span className={styles.mark}>
            <SyntheticBadge />
          </span>
        )}
        <span className={styles.reading}>
          {under === null ? t('viewer.pointHint') : t('viewer.hu', { hu: Math.round(under) })}
        </span>
      </div>
      <Group gap="xs" mt="sm">
        {presetNames.map((name, index) => (
          <Button
            key={name}
            size="compact-sm"
            variant={huWindow === windowPresets[name] ? 'filled' : 'default'}
            aria-pressed={huWindow === windowPresets[name]}
            onClick={() => setHuWindow(windowPresets[name])}
          >
            {index + 1}. {t(`viewer.presets.${name}`)}
          </Button>
        ))}
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => zoom(1.25)}
          aria-label={t('viewer.zoomIn')}
        >
          +
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => zoom(1 / 1.25)}
          aria-label={t('viewer.zoomOut')}
        >
          −
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setView(null)}>
          {t('viewer.fit')}
        </Button>
      </Group>
      <div className={styles.windowControls}>
        <WindowControl
          label={t('viewer.width')}
          value={huWindow.width}
          min={10}
          max={2_000}
          onChange={(width) => setHuWindow({ ...huWindow, width })}
        />
        <WindowControl
          label={t('viewer.centre')}
          value={huWindow.centre}
          min={-1_000}
          max={1_000}
          onChange={(centre) => setHuWindow({ ...huWindow, centre })}
        />
      </div>
      <Text size="xs" c="dimmed" id={helpId}>
        {t('viewer.help')}
      </Text>
    </div>
  );
}

function WindowControl({
  label,
  value,
  min,
  max,
  onChange,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
}) {
  return (
    <div className={styles.windowControl}>
      <NumberInput
        label={label}
        size="xs"
        value={value}
        min={min}
        max={max}
        step={10}
        suffix=" HU"
        onChange={(next) => {
          if (typeof next === 'number') onChange(next);
        }}
      />
      <Slider
        value={value}
        min={min}
        max={max}
        step={10}
        onChange={onChange}
        label={null}
        thumbLabel={label}
      />
    </div>
  );
}

async function readSheet(blob: Blob): Promise<Sheet> {
  const bitmap = await createImageBitmap(blob);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('This browser cannot draw on a canvas. Use another one.');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const gray = new Uint8ClampedArray(bitmap.width * bitmap.height);
  for (let index = 0; index < gray.length; index += 1) gray[index] = data[index * 4] ?? 0;
  return { width: bitmap.width, height: bitmap.height, gray };
}

function toPicture(image: Sheet, huWindow: HuWindow): OffscreenCanvas {
  const table = lookupTable(huWindow);
  const surface = new OffscreenCanvas(image.width, image.height);
  const context = surface.getContext('2d');
  if (!context) return surface;
  const picture = context.createImageData(image.width, image.height);
  for (let index = 0; index < image.gray.length; index += 1) {
    const value = table[image.gray[index] ?? 0] ?? 0;
    picture.data.set([value, value, value, 255], index * 4);
  }
  context.putImageData(picture, 0, 0);
  return surface;
}
