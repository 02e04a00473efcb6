import { objectKinds } from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { Empty, Page } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { ProvenanceGraph } from './provenance-graph.tsx';
import { pathOf } from '../../api/paths.ts';
import { useCall } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import layoutStyles from '../../ui/layout.module.css';

export default function ProvenancePage() {
  const { t } = useTranslation();
  const kind = useRouteParam('kind');
  const id = useRouteParam('id');
  const query = useCall('provenance.get', { path: { kind, id } });
  const known = objectKinds.find((each) => each === kind);
  const path = known && pathOf(known, id);
  return (
    <QueryBoundary query={query}>
      {(graph) => {
        const title = graph.nodes.find((node) => node.id === id)?.title ?? '';
        return (
          <Page
            title={t('provenance.title')}
            lead={t('provenance.lead')}
            {...(path ? { back: { to: path, label: title } } : {})}
          >
            <div className={layoutStyles.card}>
              {graph.nodes.length === 0 ? (
                <Empty title={t('provenance.empty')} hint={t('provenance.emptyHint')} />
              ) : (
                <ProvenanceGraph graph={graph} focusId={id} />
              )}
            </div>
          </Page>
        );
      }}
    </QueryBoundary>
  );
}
