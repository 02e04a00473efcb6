import { Group, Text } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/format.ts';
import textStyles from '../../ui/text.module.css';
import styles from './case-events.module.css';

interface CaseEventsProps {
  events: Schemas['Application']['events'];
}

/** What has happened, the newest first. */
export function CaseEvents({ events }: CaseEventsProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <ol className={styles.events}>
      {[...events].reverse().map((event, index) => (
        <li key={`${event.at} ${index}`}>
          <Text fw={600} size="sm">
            {t(`events.${event.type}`)}
          </Text>
          <Group gap="xs">
            <Text size="sm" c="dimmed">
              {formats.dateTime(event.at)}
            </Text>
            {event.actor && (
              <Text size="sm" c="dimmed">
                {event.actor.name}
              </Text>
            )}
          </Group>
          {event.comment !== '' && (
            <Text size="sm" className={textStyles.prose}>
              {event.comment}
            </Text>
          )}
        </li>
      ))}
    </ol>
  );
}
