import { Alert, Button, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { message } from '@scapis/contracts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { DecisionPanel } from '../../ui/decision.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { FailureAlert } from '../../ui/problem.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { useFormats, useLocale } from '../../i18n/format.ts';
import { client } from '../../api/client.ts';
import { isAllowed } from '../../api/decisions.ts';
import { useCall } from '../../api/queries.ts';
import { useRouteParam } from '../../api/route-params.ts';
import { ProgressPanel } from '../../ui/progress-panel.tsx';
import layoutStyles from '../../ui/layout.module.css';

type Import = Schemas['GeneratorImport'];

export default function GeneratorImportPage() {
  const id = useRouteParam('id');
  const query = useCall(
    'generatorImports.get',
    { path: { id } },
    { pollMs: (made) => (made?.state === 'quarantined' ? 1_500 : false) },
  );
  return <QueryBoundary query={query}>{(made) => <ImportView made={made} />}</QueryBoundary>;
}

function ImportView({ made }: { made: Import }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { id, state, decisions } = made;
  const acts = (
    <>
      {isAllowed(decisions, 'cohort:create') && (
        <Button component={Link} to={`/cohorts/new?import=${id}`}>
          {t('imports.draw')}
        </Button>
      )}
      <Button component={Link} to={`/provenance/generator-import/${id}`} variant="subtle">
        {t('provenance.link')}
      </Button>
    </>
  );
  return (
    <Page
      title={made.title}
      lead={t('imports.line', {
        dataset: made.datasetTitle,
        framework: made.framework,
        name: made.declaredBy.name,
      })}
      back={{ to: '/training-runs', label: t('training.title') }}
      badge={<StateBadge state={state} />}
      actions={acts}
    >
      {state === 'declared' && isAllowed(decisions, 'generator:import') && (
        <Section title={t('imports.upload')}>
          <FileUpload
            label={t('imports.file')}
            hint={t('imports.fileHint')}
            accept=".onnx"
            media="application/octet-stream"
            urlOf={() => client.urlOf('generatorImports.upload', { id })}
          />
        </Section>
      )}
      {state === 'quarantined' && (
        <Section title={t('imports.upload')}>
          <ProgressPanel share={1} label={t('imports.checking')}>
            {t('imports.checking')}
          </ProgressPanel>
        </Section>
      )}
      {made.reason !== null && <TurnedDown reason={made.reason} detail={made.reasonDetail} />}
      {made.failure !== null && <FailureAlert title={t('imports.failed')} failure={made.failure} />}
      <div className={layoutStyles.halves}>
        <Section title={t('imports.declaration')}>
          <DescriptionList
            items={[
              [t('imports.declaredBy'), made.declaredBy.name],
              [t('common.created'), formats.dateTime(made.createdAt)],
              [
                t('training.dataset'),
                <Link key="d" to="/dataset-versions/$id" params={{ id: made.datasetVersionId }}>
                  {made.datasetTitle}
                </Link>,
              ],
              [
                t('training.permit'),
                <Link key="p" to="/permits/$id" params={{ id: made.permitId }}>
                  {t('training.toPermit')}
                </Link>,
              ],
              [t('imports.framework'), made.framework],
              [t('imports.recipe'), made.recipe],
              [
                t('thresholds.ofRun'),
                t('thresholds.ofRunVersion', { number: made.thresholdVersion }),
              ],
            ]}
          />
        </Section>
        {made.facts && <Found facts={made.facts} sha256={made.sha256} />}
      </div>
      <DecisionPanel decisions={decisions} />
    </Page>
  );
}

function TurnedDown({
  reason,
  detail,
}: {
  reason: NonNullable<Import['reason']>;
  detail: string | null;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Alert color="danger" variant="light" title={t('imports.turnedDown')}>
      <Text>{message(`import.${reason}`, {}, locale)}</Text>
      {detail !== null && detail !== '' && (
        <Text size="sm" mt={4}>
          {t('imports.found', { detail })}
        </Text>
      )}
      <Text size="sm" mt={4}>
        {t('imports.turnedDownHint')}
      </Text>
    </Alert>
  );
}

function Found({ facts, sha256 }: { facts: NonNullable<Import['facts']>; sha256: string | null }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Section title={t('imports.facts')}>
      <DescriptionList
        items={[
          [t('imports.size'), t('imports.pixels', { size: facts.size })],
          [
            t('imports.labels'),
            facts.takesLabel ? t('imports.takesLabel') : t('imports.ignoresLabel'),
          ],
          [t('imports.latent'), formats.number(facts.latentLength)],
          [t('imports.parameters'), formats.number(facts.parameters)],
          [t('imports.cost'), formats.number(facts.macs)],
          [t('imports.opset'), formats.number(facts.opset)],
          [t('imports.range'), facts.range.map((end) => formats.number(end)).join(' … ')],
          [t('imports.hash'), <code key="h">{sha256}</code>],
        ]}
      />
    </Section>
  );
}
