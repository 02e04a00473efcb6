import { Button, Text, type ButtonProps } from '@mantine/core';
import {
  gateChecks,
  type Action,
  type Condition,
  type Decision,
  type GateCheck,
} from '@scapis/contracts';
import type { TFunction } from 'i18next';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats, type Formats } from '../i18n/format.ts';
import { findDecision, toOffer, unmet } from '../api/decisions.ts';
import { Icon } from './icons.tsx';
import { stateText } from './state-badge.tsx';
import styles from './decision.module.css';
import layoutStyles from './layout.module.css';

/**
 * Words a condition in the page's language: roles, states and times in its values become words too.
 */
function conditionSentence(condition: Condition, t: TFunction, formats: Formats): string {
  const { roles, state, from, until, missing, verdict, checks, ...rest } = condition.params;
  return t(`conditions.${condition.code}`, {
    ...rest,
    roles: listOf(roles)
      .map((role) => t(`roles.${role}`, { defaultValue: role }))
      .join(', '),
    state: typeof state === 'string' ? stateText(state, t) : '',
    from: formats.dateTime(String(from ?? '')),
    until: formats.dateTime(String(until ?? '')),
    missing: listOf(missing)
      .map((field) => t(`application.fields.${field}`, { defaultValue: field }))
      .join(', '),
    checks:
      listOf(checks)
        .map((check) => nameCheck(check, formats.locale))
        .join(', ') || '–',
    verdict: verdict ? t(`gate.verdicts.${verdict}`, { defaultValue: String(verdict) }) : '–',
  });
}

/** A check of an older condition that is gone keeps its own name. */
const nameCheck = (check: string, locale: Formats['locale']): string =>
  check in gateChecks ? gateChecks[check as GateCheck].name[locale] : check;

const listOf = (value: string | number | undefined): string[] =>
  value === undefined || value === '' ? [] : String(value).split(', ');

/** Conditions with a tick or a cross and, for screen readers, the same in words. */
export function ConditionList({ conditions }: { conditions: readonly Condition[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <ul className={styles.conditions}>
      {conditions.map((condition) => (
        <li key={condition.code} data-met={condition.met}>
          <Icon name={condition.met ? 'check' : 'cross'} size={16} />
          <span>
            <span className={layoutStyles.visuallyHidden}>
              {t(condition.met ? 'decision.met' : 'decision.notMet')}:{' '}
            </span>
            {conditionSentence(condition, t, formats)}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface ActButtonProps extends ButtonProps {
  decisions: readonly Decision[];
  action: Action;
  onClick: () => void;
  children: ReactNode;
}

/**
 * The button of an act, as the lab's decision has it: working, disabled with the reasons beneath,
 * or not there.
 */
export function ActButton({ decisions, action, onClick, children, ...rest }: ActButtonProps) {
  const { t } = useTranslation();
  const reasons = useId();
  const decision = findDecision(decisions, action);
  const offer = toOffer(decision);
  if (offer === 'hidden' || !decision) return null;
  if (offer === 'allowed')
    return (
      <Button {...rest} onClick={onClick}>
        {children}
      </Button>
    );
  return (
    <div className={styles.refusedAct}>
      <Button
        {...rest}
        data-disabled
        aria-disabled="true"
        aria-describedby={reasons}
        onClick={(event) => event.preventDefault()}
      >
        {children}
      </Button>
      <div id={reasons}>
        <Text size="xs" c="dimmed" mt={6}>
          {t('decision.needs')}
        </Text>
        <ConditionList conditions={unmet(decision)} />
      </div>
    </div>
  );
}

/**
 * "What may I do here, and why not?": every decision that came with the object, with all its
 * conditions.
 */
export function DecisionPanel({ decisions }: { decisions: readonly Decision[] }) {
  const { t } = useTranslation();
  if (decisions.length === 0) return null;
  return (
    <details className={layoutStyles.quietCard}>
      <summary>{t('decision.title')}</summary>
      <div className={styles.decisions}>
        {decisions.map((decision) => (
          <div key={decision.action}>
            <Text fw={600} size="sm">
              {t(`actions.${decision.action}`)}:{' '}
              {t(decision.allowed ? 'decision.allowed' : 'decision.refused')}
            </Text>
            <ConditionList conditions={decision.conditions} />
          </div>
        ))}
      </div>
    </details>
  );
}
