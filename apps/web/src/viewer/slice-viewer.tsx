import { Button, Group, Skeleton, Text } from '@mantine/core';
import type { OperationName } from '@scapis/client';
import { useQuery } from '@tanstack/react-query';
import { useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api/client.ts';
import { ProblemAlert } from '../ui/problem.tsx';
import { Loading } from '../ui/query-boundary.tsx';
import { readSheet, type Sheet } from './sheet.ts';
import { toHu, windowPresets, type HuWindow, type WindowPreset } from './slice-image.ts';
import { useSliceView } from './use-slice-view.ts';
import { WindowControl } from './window-control.tsx';
import { SyntheticBadge } from './synthetic-badge.tsx';
import styles from './slice-viewer.module.css';

/** Operations that answer a sheet of images. */
type SheetName = Extract<
  OperationName,
  | 'datasetVersions.contactSheet'
  | 'trainingRuns.sampleSheet'
  | 'cohorts.sampleSheet'
  | 'cohorts.closestPairs'
>;

const presetNames = Object.keys(windowPresets) as WindowPreset[];

interface SliceViewerProps {
  sheet: SheetName;
  id: string;
  version?: string | null;
  /** Which of several, where the operation keeps some. */
  query?: Record<string, string>;
  label: string;
  isSynthetic: boolean;
}
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
  if (!query.data)
    return (
      <Loading>
        <Skeleton height={420} />
      </Loading>
    );
  return <Viewer image={query.data} label={label} isSynthetic={isSynthetic} />;
}

interface ViewerProps {
  image: Sheet;
  label: string;
  isSynthetic: boolean;
}

function Viewer({ image, label, isSynthetic }: ViewerProps) {
  const { t } = useTranslation();
  const helpId = useId();
  const [huWindow, setHuWindow] = useState<HuWindow>(windowPresets.full);
  const [under, setUnder] = useState<number | null>(null);
  const drag = useRef<{ x: number; y: number } | null>(null);
  const view = useSliceView(image, huWindow);
  const keys: Record<string, () => void> = {
    ArrowLeft: () => view.pan(40, 0),
    ArrowRight: () => view.pan(-40, 0),
    ArrowUp: () => view.pan(0, 40),
    ArrowDown: () => view.pan(0, -40),
    '+': () => view.zoom(1.25),
    '-': () => view.zoom(1 / 1.25),
    Home: view.reset,
    '0': view.reset,
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
    const column = Math.floor((offsetX - view.shown.x) / view.shown.zoom);
    const row = Math.floor((offsetY - view.shown.y) / view.shown.zoom);
    const isInside = column >= 0 && row >= 0 && column < image.width && row < image.height;
    setUnder(isInside ? toHu(image.gray[row * image.width + column] ?? 0) : null);
    if (!drag.current) return;
    view.pan(event.clientX - drag.current.x, event.clientY - drag.current.y);
    drag.current = { x: event.clientX, y: event.clientY };
  }
  return (
    <div className={styles.viewer}>
      <div className={styles.frame}>
        <canvas
          ref={view.canvas}
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
      <Toolbar huWindow={huWindow} onWindow={setHuWindow} onZoom={view.zoom} onReset={view.reset} />
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

interface ToolbarProps {
  huWindow: HuWindow;
  onWindow: (huWindow: HuWindow) => void;
  onZoom: (factor: number) => void;
  onReset: () => void;
}

function Toolbar({ huWindow, onWindow, onZoom, onReset }: ToolbarProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" mt="sm">
      {presetNames.map((name, index) => (
        <Button
          key={name}
          size="compact-sm"
          variant={huWindow === windowPresets[name] ? 'filled' : 'default'}
          aria-pressed={huWindow === windowPresets[name]}
          onClick={() => onWindow(windowPresets[name])}
        >
          {index + 1}. {t(`viewer.presets.${name}`)}
        </Button>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => onZoom(1.25)}
        aria-label={t('viewer.zoomIn')}
      >
        +
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => onZoom(1 / 1.25)}
        aria-label={t('viewer.zoomOut')}
      >
        −
      </Button>
      <Button size="compact-sm" variant="default" onClick={onReset}>
        {t('viewer.fit')}
      </Button>
    </Group>
  );
}
