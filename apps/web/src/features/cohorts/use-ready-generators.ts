import { useTranslation } from 'react-i18next';
import { useCall } from '../../api/queries.ts';
import { useFormats } from '../../i18n/format.ts';

export interface ReadyGenerator {
  id: string;
  /** The training run or the import that it comes from. */
  from: string;
  title: string;
  line: string;
}

/** Generators that can draw, trained here or brought in; undefined until both lists are read. */
export function useReadyGenerators(): ReadyGenerator[] | undefined {
  const { t } = useTranslation();
  const formats = useFormats();
  const runs = useCall('trainingRuns.list', { query: { limit: 200 } });
  const imports = useCall('generatorImports.list', { query: { limit: 200 } });
  const trained = runs.data?.items.flatMap((each) => {
    const generator = each.generators.at(-1);
    if (each.state !== 'completed' || !generator) return [];
    return [
      {
        id: generator.id,
        from: each.id,
        title: each.title,
        line: t('cohorts.generatorLine', {
          dataset: each.datasetTitle,
          step: formats.number(generator.step),
          at: formats.date(each.finishedAt),
        }),
      },
    ];
  });
  const declared = imports.data?.items.flatMap((each) =>
    each.generatorId === null
      ? []
      : [
          {
            id: each.generatorId,
            from: each.id,
            title: each.title,
            line: t('imports.line', {
              dataset: each.datasetTitle,
              framework: each.framework,
              name: each.declaredBy.name,
            }),
          },
        ],
  );
  return trained && declared && [...trained, ...declared];
}
