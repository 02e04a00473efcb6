import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';

export interface TrackStep {
  key: string;
  label: string;
  status: 'done' | 'now' | 'later' | 'failed';
  note?: string;
}

/**
 * "Where is my case?": the steps of a process in order, with what is done, what goes on, and what
 * is to come.
 */
export function Track({ label, steps }: { label: string; steps: readonly TrackStep[] }) {
  const { t } = useTranslation();
  return (
    <ol className="track" aria-label={label}>
      {steps.map((step) => (
        <li
          key={step.key}
          data-status={step.status}
          aria-current={step.status === 'now' ? 'step' : undefined}
        >
          <span className="track-mark">
            {step.status === 'done' ? (
              <Icon name="check" size={14} />
            ) : step.status === 'failed' ? (
              <Icon name="cross" size={14} />
            ) : null}
          </span>
          <span className="track-label">
            {step.label}
            <span className="visually-hidden"> ({t(`track.${step.status}`)})</span>
          </span>
          {step.note !== undefined && <span className="track-note">{step.note}</span>}
        </li>
      ))}
    </ol>
  );
}
