import { Alert, Button, CopyButton, FileInput, Group, Progress, Stack, Text } from '@mantine/core';
import { ClientError, Sha256, type Schemas } from '@scapis/client';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConditionList } from '../../ui/decision.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Section } from '../../ui/page.tsx';
import { ProblemAlert } from '../../ui/problem.tsx';
import { useFormats } from '../../i18n/format.ts';
import { client } from '../../api/client.ts';
import { useCall } from '../../api/queries.ts';
import { GuideLink } from '../guides/guide-link.tsx';
import overrideStyles from './override.module.css';
import layoutStyles from '../../ui/layout.module.css';
import styles from './download.module.css';

type Cohort = Schemas['CohortVersion'];

/**
 * The steps that remain, as a checklist; then the download itself, by browser or by command, and
 * the receipt for a checked copy.
 */
export function Download({ cohort }: { cohort: Cohort }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const access = useCall('cohorts.access', { path: { id: cohort.id } });
  const { bundle } = cohort;
  const url = client.urlOf('cohorts.download', { id: cohort.id });
  return (
    <Section
      title={t('download.title')}
      aside={
        bundle && (
          <Text size="sm" c="dimmed">
            {bundle.name}, {formats.bytes(bundle.size)}
          </Text>
        )
      }
    >
      {cohort.isOverridden && (
        <Text className={overrideStyles.mark} mb="md">
          {t('override.inBundle')}
        </Text>
      )}
      {access.error && <ProblemAlert error={access.error} />}
      {access.data && (
        <div className={layoutStyles.halves}>
          <div>
            <Text fw={600} size="sm">
              {t(access.data.allowed ? 'download.ready' : 'download.steps')}
            </Text>
            <ConditionList conditions={access.data.conditions} />
            {!access.data.allowed && (
              <Text size="sm">
                <Link to="/permits/$id" params={{ id: cohort.permitId }}>
                  {t('download.toPermit')}
                </Link>
              </Text>
            )}
          </div>
          {access.data.allowed && bundle && (
            <Stack gap="md">
              <Group>
                <Button
                  component="a"
                  href={url}
                  download={bundle.name}
                  leftSection={<Icon name="download" />}
                >
                  {t('download.button')}
                </Button>
                <GuideLink name="readers" label={t('guides.names.readers')} />
              </Group>
              <div>
                <Text size="sm" fw={600}>
                  {t('download.command')}
                </Text>
                <Text size="sm" c="dimmed">
                  {t('download.commandHint')}
                </Text>
                <CommandLine text={`curl -C - -OJ -H "Authorization: Bearer $LAB_TOKEN" ${url}`} />
                <Text size="sm" c="dimmed" mt="xs">
                  {t('download.checksum')}
                </Text>
                <CommandLine text={`echo "${bundle.sha256}  ${bundle.name}" | sha256sum -c`} />
              </div>
            </Stack>
          )}
        </div>
      )}
      {access.data?.allowed && bundle && <Confirm cohortId={cohort.id} bundle={bundle} />}
    </Section>
  );
}

function CommandLine({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <div className={styles.command}>
      <code tabIndex={0}>{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-sm" variant="default" onClick={copy}>
            {t(copied ? 'download.copied' : 'download.copy')}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

/**
 * Hashes the downloaded file in the browser, without sending it anywhere, and asks for the receipt
 * when it is whole.
 */
function Confirm({
  cohortId,
  bundle,
}: {
  cohortId: string;
  bundle: NonNullable<Cohort['bundle']>;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [receipt, setReceipt] = useState<Schemas['Receipt'] | null>(null);

  async function check(file: File | null) {
    if (!file) return;
    setError(null);
    setReceipt(null);
    setShare(0);
    try {
      const sha256 = await hashFile(file, setShare);
      if (sha256 !== bundle.sha256)
        throw ClientError.of({ code: 'file_damaged', params: {} }, { status: 0 });
      setReceipt(await client.confirmDownload(cohortId, sha256));
      await cache.invalidateQueries({ queryKey: ['receipts.list'] });
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setShare(null);
    }
  }
  return (
    <Stack gap="sm" mt="lg" className={layoutStyles.divided}>
      <FileInput
        label={t('download.confirm')}
        description={t('download.confirmHint')}
        placeholder={t('upload.choose')}
        accept=".zip"
        disabled={share !== null}
        onChange={(file) => void check(file)}
      />
      {share !== null && <Progress value={share * 100} aria-label={t('download.hashing')} />}
      {error && <ProblemAlert error={error} />}
      {receipt && (
        <Alert
          color="success"
          variant="light"
          role="status"
          title={t('download.receipt', { number: receipt.number })}
        >
          <Link to="/receipts">{t('download.toReceipts')}</Link>
        </Alert>
      )}
    </Stack>
  );
}

async function hashFile(file: File, onProgress: (share: number) => void): Promise<string> {
  const hash = new Sha256();
  const reader = file.stream().getReader();
  let done = 0;
  for (;;) {
    const part = await reader.read();
    if (part.done) return hash.hex();
    hash.update(part.value);
    done += part.value.length;
    onProgress(done / file.size);
  }
}
