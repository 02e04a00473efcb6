import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';
import styles from './stepper.module.css';
import layoutStyles from './layout.module.css';

export interface Step {
  key: string;
  label: string;
  status: 'done' | 'now' | 'later' | 'failed';
  note?: string;
}

interface StepperProps {
  /** Names the list for those who do not see it. */
  label: string;
  steps: readonly Step[];
}

/**
 * "Where is my case?": the steps of a process in order, with what is done, what goes on, and what
 * is to come.
 */
export function Stepper({ label, steps }: StepperProps) {
  const { t } = useTranslation();
  return (
    <ol className={styles.steps} aria-label={label}>
      {steps.map((step) => (
        <li
          key={step.key}
          data-status={step.status}
          aria-current={step.status === 'now' ? 'step' : undefined}
        >
          <span className={styles.mark}>
            {step.status === 'done' ? (
              <Icon name="check" size={14} />
            ) : step.status === 'failed' ? (
              <Icon name="cross" size={14} />
            ) : null}
          </span>
          <span className={styles.label}>
            {step.label}
            <span className={layoutStyles.visuallyHidden}> ({t(`stepper.${step.status}`)})</span>
          </span>
          {step.note !== undefined && <span className={styles.note}>{step.note}</span>}
        </li>
      ))}
    </ol>
  );
}
