import { Alert, Code, Text } from '@mantine/core';
import { ClientError } from '@scapis/client';
import { errors, failureOf, type ErrorCode } from '@scapis/contracts';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../i18n/format.ts';
import { conditionsIn } from '../api/decisions.ts';
import { ConditionList } from './decision.tsx';
import textStyles from './text.module.css';

const isErrorCode = (code: string): code is ErrorCode => code in errors;

/**
 * Says what went wrong and what to do, in the page's language, with the conditions that are not met
 * and the id to quote.
 */
export function ProblemAlert({ error, title }: { error: Error; title?: string }) {
  const { t } = useTranslation();
  const problem = error instanceof ClientError ? error : null;
  const code = problem?.code ?? 'internal';
  const text = isErrorCode(code)
    ? t(`errors.${code}`)
    : code === 'network'
      ? t('errors.network')
      : (problem?.text ?? t('errors.internal'));
  const conditions = conditionsIn(problem?.details);
  const fields = fieldErrorsIn(problem?.details);
  // The lab's own sentence may be more exact than the one of its code (which archive entry, which
  // setting).
  const exact =
    problem && isErrorCode(code) && problem.text !== errors[code].text ? problem.text : null;
  return (
    <Alert color="danger" variant="light" title={title ?? t('problem.title')} role="alert">
      <Text size="sm">{text}</Text>
      {exact !== null && (
        <Text size="sm" mt={4} lang="en">
          {exact}
        </Text>
      )}
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

/**
 * Why work in the background ended, by the sentence that was stored with it; one of no list is in
 * English, whatever the page's language.
 */
export function FailureAlert({ title, failure }: { title: string; failure: string }) {
  const { t } = useTranslation();
  const known = failureOf(failure, useLocale());
  const text =
    known === null ? (
      <span lang="en">{failure}</span>
    ) : 'code' in known ? (
      t(`errors.${known.code}`)
    ) : (
      known.text
    );
  return (
    <Alert color="danger" variant="light" title={title}>
      {text}
    </Alert>
  );
}

/** zod's issues, as the gateway passes them on: where and what. */
function fieldErrorsIn(details: unknown): string[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((issue: unknown) => {
    if (
      typeof issue !== 'object' ||
      issue === null ||
      !('message' in issue) ||
      typeof issue.message !== 'string'
    )
      return [];
    const path =
      'path' in issue
        ? Array.isArray(issue.path)
          ? issue.path.join('.')
          : String(issue.path)
        : '';
    return [path === '' ? issue.message : `${path}: ${issue.message}`];
  });
}
