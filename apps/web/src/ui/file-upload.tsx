import { Button, FileInput, Group, Progress, Stack, Text } from '@mantine/core';
import { ClientError } from '@scapis/client';
import { clientHeader } from '@scapis/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../i18n/format.ts';
import { Icon } from './icons.tsx';
import { ProblemAlert } from './problem.tsx';

interface FileUploadProps {
  label: string;
  hint: string;
  media: string;
  /** File endings offered, e.g. ".zip". */
  accept: string;
  urlOf: (file: File) => string;
  onDone?: () => void;
}

/**
 * Chooses one file and sends it with its progress. XMLHttpRequest, because fetch tells nothing of
 * what it has sent.
 */
export function FileUpload({ label, hint, media, accept, urlOf, onDone }: FileUploadProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const cache = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const request = useRef<XMLHttpRequest | null>(null);
  useEffect(() => () => request.current?.abort(), []);

  function send(chosen: File) {
    setError(null);
    setSent(0);
    request.current = sendFile(chosen, urlOf(chosen), media, setSent, (failure) => {
      setSent(null);
      request.current = null;
      if (failure) return setError(failure);
      setFile(null);
      void cache.invalidateQueries();
      onDone?.();
    });
  }
  const isSending = sent !== null;
  return (
    <Stack gap="sm">
      <FileInput
        label={label}
        description={hint}
        accept={accept}
        value={file}
        onChange={setFile}
        disabled={isSending}
        placeholder={t('upload.choose')}
        leftSection={<Icon name="upload" />}
        clearable
        clearButtonProps={{ 'aria-label': t('upload.clear') }}
      />
      {isSending && (
        <div>
          <Progress
            value={(sent / Math.max(1, file?.size ?? 1)) * 100}
            aria-label={t('upload.progress')}
          />
          <Text size="sm" c="dimmed" mt={4}>
            {t('upload.sent', { sent: formats.bytes(sent), size: formats.bytes(file?.size) })}
          </Text>
        </div>
      )}
      {error && <ProblemAlert error={error} />}
      <Group gap="sm">
        <Button onClick={() => file && send(file)} disabled={!file} loading={isSending}>
          {t('upload.send')}
        </Button>
        {isSending && (
          <Button
            variant="default"
            onClick={() => {
              request.current?.abort();
              setSent(null);
            }}
          >
            {t('common.cancel')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function sendFile(
  file: File,
  url: string,
  media: string,
  onProgress: (sent: number) => void,
  onEnd: (failure: Error | null) => void,
): XMLHttpRequest {
  const request = new XMLHttpRequest();
  request.open('PUT', url);
  request.setRequestHeader('content-type', media);
  request.setRequestHeader(clientHeader.name, clientHeader.value);
  request.upload.onprogress = (event) => onProgress(event.loaded);
  request.onerror = () => onEnd(ClientError.fromNetwork(null));
  request.onload = () => {
    if (request.status < 300) return onEnd(null);
    const response = new Response(request.responseText, { status: request.status });
    void ClientError.fromResponse(response).then(onEnd);
  };
  request.send(file);
  return request;
}
