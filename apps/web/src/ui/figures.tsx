import type { ReactNode } from 'react';
import styles from './figures.module.css';

interface FiguresProps {
  isWide?: boolean;
  children: ReactNode;
}

/** Numbers side by side, each over the word that says what it counts. */
export const Figures = ({ isWide = false, children }: FiguresProps) => (
  <div className={isWide ? styles.wide : styles.figures}>{children}</div>
);

interface FigureProps {
  label: string;
  value: string;
}

export const Figure = ({ label, value }: FigureProps) => (
  <span className={styles.figure}>
    <strong>{value}</strong>
    <span>{label}</span>
  </span>
);
