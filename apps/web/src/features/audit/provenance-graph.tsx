import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import { pathOf } from '../../api/paths.ts';
import { ChartTable } from '../../charts/chart-table.tsx';
import { box, layOut, type Graph, type Placed } from './provenance-layout.ts';
import chartStyles from '../../charts/charts.module.css';
import layoutStyles from '../../ui/layout.module.css';
import styles from './provenance-graph.module.css';

/**
 * Origin at the left, what came of it at the right; each box leads to its page. The same relations
 * stand in the table beneath.
 */
export function ProvenanceGraph({ graph, focusId }: { graph: Graph; focusId: string }) {
  const { t } = useTranslation();
  const layout = layOut(graph);
  const frame = useRef<HTMLDivElement>(null);
  const focusX = layout.byId.get(focusId)?.x ?? 0;
  // A long history is wider than the page: it opens at what it was asked for.
  useEffect(() => {
    if (frame.current)
      frame.current.scrollLeft = focusX + box.width / 2 - frame.current.clientWidth / 2;
  }, [focusX]);
  const word = useTitle();
  const titleOf = (id: string): string => {
    const placed = layout.byId.get(id);
    return placed === undefined ? id : word(placed.node);
  };
  return (
    <figure className={chartStyles.chart}>
      <div
        ref={frame}
        className={layoutStyles.scrollX}
        tabIndex={0}
        role="group"
        aria-label={t('provenance.title')}
      >
        <svg
          width={layout.width}
          height={layout.height}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          className={styles.graph}
          role="group"
          aria-label={t('provenance.title')}
        >
          {graph.edges.map((edge) => {
            const [from, to] = [layout.byId.get(edge.from), layout.byId.get(edge.to)];
            return (
              from &&
              to && (
                <path
                  key={`${edge.from} ${edge.relation} ${edge.to}`}
                  className={styles.edge}
                  d={curve(to, from)}
                >
                  <title>{`${word(from.node)} ${t(`provenance.relations.${edge.relation}`)} ${word(to.node)}`}</title>
                </path>
              )
            );
          })}
          {layout.nodes.map((placed) => (
            <NodeBox key={placed.node.id} placed={placed} isFocus={placed.node.id === focusId} />
          ))}
        </svg>
      </div>
      <ChartTable
        title={t('provenance.title')}
        head={[t('provenance.from'), t('provenance.relation'), t('provenance.to')]}
        rows={graph.edges.map((edge) => [
          titleOf(edge.from),
          t(`provenance.relations.${edge.relation}`),
          titleOf(edge.to),
        ])}
      />
    </figure>
  );
}

function NodeBox({ placed: { node, x, y }, isFocus }: { placed: Placed; isFocus: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const path = pathOf(node.kind, node.id);
  const title = useTitle()(node);
  const content = (
    <g transform={`translate(${x},${y})`} className={styles.node} data-focus={isFocus}>
      <title>{`${t(`objects.${node.kind}`)}: ${title}`}</title>
      <rect width={box.width} height={box.height} rx="7" />
      <text x="11" y="17" className={styles.kind}>
        {t(`objects.${node.kind}`)}
      </text>
      <text x="11" y="33" className={styles.title}>
        {shorten(title, 23)}
      </text>
      <text x="11" y="48" className={styles.kind}>
        {node.at === null ? '' : formats.dateTime(node.at)}
      </text>
    </g>
  );
  return path === null || isFocus ? content : <a href={path}>{content}</a>;
}

/** A node's title in the reader's language: the server names some things by a code or a number. */
function useTitle(): (node: Graph['nodes'][number]) => string {
  const { t } = useTranslation();
  return ({ kind, title }) => {
    if (kind === 'gate-run') return t(`gate.verdicts.${title}`, { defaultValue: title });
    if (kind === 'review' && title !== '')
      return t(`votes.outcome.${title}`, { defaultValue: title });
    if (kind === 'synthesis-run') return `${title} ${t('cohorts.images').toLocaleLowerCase()}`;
    return title === '' ? t(`objects.${kind}`) : title;
  };
}

/** A curve from the right side of the earlier box to the left side of the later one. */
function curve(earlier: Placed, later: Placed): string {
  const [x1, y1] = [earlier.x + box.width, earlier.y + box.height / 2];
  const [x2, y2] = [later.x, later.y + box.height / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
}

const shorten = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
