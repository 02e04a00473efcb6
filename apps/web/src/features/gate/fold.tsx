import type { CheckFamily, GateCheck } from '@scapis/contracts';
import { useState, type ReactNode } from 'react';
import { Icon } from '../../ui/icons.tsx';
import styles from './fold.module.css';

/** What links to a part of the gate's result point at. */
export const idOf = (part: CheckFamily | GateCheck): string => `gate-${part}`;

interface FoldProps {
  id: string;
  className?: string | undefined;
  /** The line that is always there. */
  summary: ReactNode;
  /** Draw what is inside at the first opening: a gate's result has a hundred plots. */
  isLazy?: boolean;
  children: ReactNode;
}

/** A part that is one line until it is opened, by keyboard or mouse, or by a `JumpLink`. */
export function Fold({ id, className = '', summary, isLazy = false, children }: FoldProps) {
  const [isDrawn, setDrawn] = useState(!isLazy);
  return (
    <details
      id={id}
      className={`${styles.fold} ${className}`}
      onToggle={(event) => {
        if (event.currentTarget.open) setDrawn(true);
      }}
    >
      <summary className={styles.line}>
        <span className={styles.marker}>
          <Icon name="arrow" size={16} />
        </span>
        {summary}
      </summary>
      {isDrawn && <div className={styles.inside}>{children}</div>}
    </details>
  );
}

/** Opens a fold and those around it, and moves there by sight and by keyboard. */
function openFold(id: string): void {
  const fold = document.getElementById(id);
  for (let each = fold; each !== null; each = each.parentElement)
    if (each instanceof HTMLDetailsElement) each.open = true;
  fold?.scrollIntoView({ block: 'start' });
  fold?.querySelector('summary')?.focus({ preventScroll: true });
}

/** A link to a family or a check. */
export function JumpLink({ to, children }: { to: CheckFamily | GateCheck; children: ReactNode }) {
  return (
    <a
      href={`#${idOf(to)}`}
      onClick={(event) => {
        event.preventDefault();
        openFold(idOf(to));
      }}
    >
      {children}
    </a>
  );
}
