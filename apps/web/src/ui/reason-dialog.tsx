import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from './problem.tsx';

interface ReasonDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, so that nobody does it by mistake. */
  text: string;
  /** Label of the text to write; without it the dialog only asks. */
  label?: string;
  /** Fewest characters of it; default 3. */
  least?: number;
  confirm: string;
  isDangerous?: boolean;
  isPending: boolean;
  error: Error | null;
  onConfirm: (text: string) => void;
}

/**
 * Asks before an act that cannot be undone and, where the lab wants one, takes the written reason.
 */
export function ReasonDialog({
  isOpen,
  onClose,
  title,
  text,
  label,
  least = 3,
  confirm,
  isDangerous,
  isPending,
  error,
  onConfirm,
}: ReasonDialogProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const isShort = label !== undefined && reason.trim().length < least;
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      centered
      lockScroll={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isShort) onConfirm(reason.trim());
        }}
      >
        <Stack gap="md">
          <Text size="sm">{text}</Text>
          {label !== undefined && (
            <Textarea
              label={label}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              autosize
              minRows={3}
              maxLength={2_000}
              required
              data-autofocus
            />
          )}
          {error && <ProblemAlert error={error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button
              type="submit"
              color={isDangerous ? 'danger' : 'lab'}
              loading={isPending}
              disabled={isShort}
            >
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
