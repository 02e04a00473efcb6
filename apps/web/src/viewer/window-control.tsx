import { NumberInput, Slider } from '@mantine/core';
import styles from './window-control.module.css';

interface WindowControlProps {
  label: string;
  /** HU, like the bounds. */
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
}

/** One side of the window, to type or to drag. */
export function WindowControl({ label, value, min, max, onChange }: WindowControlProps) {
  return (
    <div className={styles.control}>
      <NumberInput
        label={label}
        size="xs"
        value={value}
        min={min}
        max={max}
        step={10}
        suffix=" HU"
        onChange={(next) => {
          if (typeof next === 'number') onChange(next);
        }}
      />
      <Slider
        value={value}
        min={min}
        max={max}
        step={10}
        onChange={onChange}
        label={null}
        thumbLabel={label}
      />
    </div>
  );
}
