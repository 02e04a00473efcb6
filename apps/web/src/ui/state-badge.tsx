import { Badge } from '@mantine/core';
import type { gateVerdicts } from '@scapis/contracts';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AnyState } from '../i18n/messages/en/states.ts';

/**
 * What each state means to a reader at a glance: still going, good, bad, needs somebody, or over.
 * The word always stands beside the colour.
 */
const tones: Record<AnyState, 'going' | 'good' | 'bad' | 'waiting' | 'over'> = {
  draft: 'over',
  submitted: 'waiting',
  returned: 'waiting',
  approved: 'good',
  rejected: 'bad',
  withdrawn: 'over',
  empty: 'over',
  quarantined: 'going',
  ingesting: 'going',
  checked: 'waiting',
  failed: 'bad',
  queued: 'going',
  running: 'going',
  training: 'going',
  choosing: 'going',
  completed: 'good',
  cancelled: 'over',
  synthesising: 'going',
  gating: 'going',
  passed: 'good',
  refused: 'bad',
  'in-review': 'waiting',
  packing: 'going',
  released: 'good',
  declared: 'over',
  accepted: 'good',
  'turned-down': 'bad',
  active: 'good',
  expired: 'over',
  revoked: 'bad',
  overridden: 'waiting',
};
const isState = (state: string): state is AnyState => state in tones;

export function StateBadge({ state }: { state: AnyState }) {
  const { t } = useTranslation();
  return (
    <Badge variant="default" className="state-badge" data-tone={tones[state]}>
      {t(`states.${state}`)}
    </Badge>
  );
}

/** A state in words; a state that this page does not know yet stands as it is. */
export const stateText = (state: string, t: TFunction): string =>
  isState(state) ? t(`states.${state}`) : state;

const verdictTones: Record<(typeof gateVerdicts)[number], 'good' | 'bad' | 'waiting'> = {
  passed: 'good',
  'passed-method-development-only': 'waiting',
  refused: 'bad',
  void: 'bad',
};

export function VerdictBadge({ verdict }: { verdict: (typeof gateVerdicts)[number] }) {
  const { t } = useTranslation();
  return (
    <Badge variant="default" size="lg" className="state-badge" data-tone={verdictTones[verdict]}>
      {t(`gate.verdicts.${verdict}`)}
    </Badge>
  );
}
