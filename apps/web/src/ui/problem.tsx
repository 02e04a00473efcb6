import { Alert, Code, Text } from '@mantine/core';
import { ClientError } from '@scapis/client';
import { message, sayStored, type StoredMessage } from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../i18n/format.ts';
import { useSaid } from '../i18n/said.ts';
import { conditionsIn } from '../api/decisions.ts';
import { ConditionList } from './decision.tsx';
import textStyles from './text.module.css';

/**
 * Says what went wrong and what to do, in the page's language, with the conditions that are not met
 * and the id to quote.
 */
export function ProblemAlert({ error, title }: { error: Error; title?: string }) {
  const { t } = useTranslation();
  const problem = error instanceof ClientError ? error : null;
  const locale = useLocale();
  const say = useSaid();
  const text = problem === null ? message('internal', {}, locale) : say(problem);
  const conditions = conditionsIn(problem?.details);
  const fields = fieldErrorsIn(problem?.details, locale);
  return (
    <Alert color="danger" variant="light" title={title ?? t('problem.title')} role="alert">
      <Text size="sm">{text}</Text>
      {conditions.length > 0 && <ConditionList conditions={conditions} />}
      {fields.length > 0 && (
        <ul className={textStyles.plainList}>
          {fields.map((field) => (
            <li key={field}>
              <Text size="sm">{field}</Text>
            </li>
          ))}
        </ul>
      )}
      {problem?.requestId && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('problem.requestId')} <Code>{problem.requestId}</Code>
        </Text>
      )}
    </Alert>
  );
}

/** Why work in the background ended. */
export function FailureAlert({
  title,
  failure,
}: {
  title: string;
  failure: StoredMessage & { text: string };
}) {
  const say = useSaid();
  return (
    <Alert color="danger" variant="light" title={title}>
      {say(failure)}
    </Alert>
  );
}

/** The fields that a schema refused, as the gateway passes them on: where, and what to write. */
function fieldErrorsIn(details: unknown, locale: 'sv' | 'en'): string[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((issue: unknown) => {
    if (!isFieldFault(issue)) return [];
    const said = sayStored(issue, locale);
    return said === null ? [] : [`${issue.path}: ${said}`];
  });
}

function isFieldFault(issue: unknown): issue is StoredMessage & { path: string } {
  return (
    typeof issue === 'object' &&
    issue !== null &&
    'path' in issue &&
    typeof issue.path === 'string' &&
    'code' in issue &&
    typeof issue.code === 'string' &&
    'params' in issue
  );
}
