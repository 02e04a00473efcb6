import type { ApplicationForm } from '@scapis/contracts';
import { useEffect, useRef } from 'react';
import type { UseFormReturn } from 'react-hook-form';

const saveAfterMs = 1_000;

/**
 * Saves the form a second after its last change, and when the page is left.
 * @returns forgets what is not saved yet, for a caller that saves it itself
 */
export function useAutosave(
  form: UseFormReturn<ApplicationForm>,
  save: (values: ApplicationForm) => void,
): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const unsaved = useRef(false);
  useEffect(() => {
    const flush = () => {
      clearTimeout(timer.current);
      if (!unsaved.current) return;
      unsaved.current = false;
      save(form.getValues());
    };
    const subscription = form.watch(() => {
      unsaved.current = true;
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, saveAfterMs);
    });
    // Leaving within the second must not lose the last words.
    return () => {
      subscription.unsubscribe();
      flush();
    };
  }, [form, save]);

  return () => {
    clearTimeout(timer.current);
    unsaved.current = false;
  };
}
