import { Anchor, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client } from '../../api/client.ts';
import { useFormats } from '../../i18n/format.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import textStyles from '../../ui/text.module.css';

interface CaseFactsProps {
  application: Schemas['Application'];
}

/** What is applied for, as the form says it. */
export function CaseFacts({ application }: CaseFactsProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <>
      <DescriptionList
        items={[
          [t('application.fields.organisation'), application.organisation || '–'],
          [t('application.fields.responsibleResearcher'), application.responsibleResearcher || '–'],
          [t('application.fields.ethicsNumber'), application.ethicsNumber || '–'],
          [t('application.fields.ethicsValidUntil'), formats.date(application.ethicsValidUntil)],
          [t('application.fields.accessUntil'), formats.date(application.accessUntil)],
          [
            t('application.fields.datasetIds'),
            application.datasets.length === 0
              ? '–'
              : application.datasets.map((dataset) => (
                  <div key={dataset.id}>
                    <Link to="/datasets/$id" params={{ id: dataset.id }}>
                      {dataset.title}
                    </Link>
                  </div>
                )),
          ],
          [
            t('application.fields.ethicsDocument'),
            application.ethicsDocument ? (
              <Anchor
                href={client.urlOf('applications.getEthicsDocument', { id: application.id })}
                underline="always"
              >
                {application.ethicsDocument.name} ({formats.bytes(application.ethicsDocument.size)})
              </Anchor>
            ) : (
              '–'
            ),
          ],
        ]}
      />
      <Text fw={600} size="sm" mt="md">
        {t('application.fields.purpose')}
      </Text>
      <Text className={textStyles.prose}>{application.purpose || '–'}</Text>
    </>
  );
}
