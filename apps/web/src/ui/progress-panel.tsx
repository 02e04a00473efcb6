import { Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './progress-panel.module.css';

interface ProgressPanelProps {
  /** How much is done, 0 to 1. */
  share: number;
  /** Names the bar for those who do not see it. */
  label: string;
  children: ReactNode;
}

/** What the lab is working on just now: a moving bar and one line of text. */
export const ProgressPanel = ({ share, label, children }: ProgressPanelProps) => (
  <div className={styles.panel}>
    <Progress value={share * 100} animated aria-label={label} />
    <Text size="sm" c="dimmed" role="status">
      {children}
    </Text>
  </div>
);
