import { Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Section } from '../../ui/page.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { useFormats } from '../../i18n/format.ts';

/**
 * What the team declares of generators that the lab did not train, where their images are judged.
 */
export function Declared({
  generators,
}: {
  generators: Schemas['CohortVersion']['declaredGenerators'];
}) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Section title={t('cohort.declared')}>
      <Text size="sm" mb="sm">
        {t('cohort.declaredText')}
      </Text>
      {generators.map((each) => (
        <DescriptionList
          key={each.importId}
          items={[
            [
              t('imports.name'),
              <Link key="t" to="/generator-imports/$id" params={{ id: each.importId }}>
                {each.title}
              </Link>,
            ],
            [
              t('imports.declaredBy'),
              `${each.declaredBy.name}, ${formats.dateTime(each.declaredAt)}`,
            ],
            [t('imports.framework'), each.framework],
            [t('imports.recipe'), each.recipe],
            !each.takesLabel && [t('imports.labels'), t('cohort.noLabels')],
          ]}
        />
      ))}
    </Section>
  );
}
