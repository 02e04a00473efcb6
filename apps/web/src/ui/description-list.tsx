import type { ReactNode } from 'react';
import styles from './description-list.module.css';

/** A term and its value; false where an object has no such value. */
type Description = readonly [term: string, value: ReactNode] | false;

interface DescriptionListProps {
  items: readonly Description[];
}

export function DescriptionList({ items }: DescriptionListProps) {
  return (
    <dl className={styles.list}>
      {items
        .filter((item) => item !== false)
        .map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
