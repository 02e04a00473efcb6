import { Badge, type MantineSize } from '@mantine/core';
import type { GateVerdict } from '@scapis/contracts';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AnyState } from '../i18n/messages/en/states.ts';
import type { ReactNode } from 'react';
import styles from './state-badge.module.css';

/** What a badge means at a glance: still going, good, bad, needs somebody, or over. */
type Tone = 'going' | 'good' | 'bad' | 'waiting' | 'over';

interface ToneBadgeProps {
  tone: Tone;
  size?: MantineSize;
  children: ReactNode;
}

/** A badge in the colour of its tone. The word is always there too. */
export const ToneBadge = ({ tone, size = 'md', children }: ToneBadgeProps) => (
  <Badge variant="default" size={size} className={styles.badge} data-tone={tone}>
    {children}
  </Badge>
);

const tones: Record<AnyState, Tone> = {
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

interface StateBadgeProps {
  state: AnyState;
}

export function StateBadge({ state }: StateBadgeProps) {
  const { t } = useTranslation();
  return <ToneBadge tone={tones[state]}>{t(`states.${state}`)}</ToneBadge>;
}

/** A state in words; a state that this page does not know yet stands as it is. */
export const stateText = (state: string, t: TFunction): string =>
  isState(state) ? t(`states.${state}`) : state;

const verdictTones: Record<GateVerdict, Tone> = {
  passed: 'good',
  'passed-method-development-only': 'waiting',
  'of-no-use': 'bad',
  refused: 'bad',
  void: 'bad',
};

interface VerdictBadgeProps {
  verdict: GateVerdict;
}

export function VerdictBadge({ verdict }: VerdictBadgeProps) {
  const { t } = useTranslation();
  return (
    <ToneBadge tone={verdictTones[verdict]} size="lg">
      {t(`gate.verdicts.${verdict}`)}
    </ToneBadge>
  );
}
