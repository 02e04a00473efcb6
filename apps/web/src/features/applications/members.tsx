import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { Schemas } from '@scapis/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useAct } from '../../api/queries.ts';
import itemListStyles from '../../ui/item-list.module.css';

/** The team: who gets access with the permit, added by the address they sign in with. */
export function Members({ application }: { application: Schemas['Application'] }) {
  const { t } = useTranslation();
  const { id } = application;
  const [email, setEmail] = useState('');
  const add = useAct('applications.addMember', { onDone: () => setEmail('') });
  const remove = useAct('applications.removeMember');
  return (
    <Stack gap="sm">
      <ul className={itemListStyles.list}>
        {application.members.map((member) => (
          <li key={member.id} className={itemListStyles.item}>
            <span>{member.name}</span>
            {member.id === application.applicant.id ? (
              <Text size="sm" c="dimmed">
                {t('applications.applicant')}
              </Text>
            ) : (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => remove.mutate({ path: { id, personId: member.id } })}
                aria-label={t('application.removeMember', { name: member.name })}
              >
                {t('common.remove')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate({ path: { id }, body: { email: email.trim() } });
        }}
      >
        <Stack gap="xs">
          <TextInput
            type="email"
            label={t('application.addMember')}
            description={t('application.addMemberHint')}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Group>
            <Button
              type="submit"
              variant="default"
              size="xs"
              loading={add.isPending}
              disabled={email.trim() === ''}
            >
              {t('application.add')}
            </Button>
          </Group>
        </Stack>
      </form>
      {(add.error ?? remove.error) && <ProblemAlert error={(add.error ?? remove.error) as Error} />}
    </Stack>
  );
}
