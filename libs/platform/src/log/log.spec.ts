import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { openLog } from './log.ts';
import { withRequestId } from './request-id.ts';

function capture(): {
  lines: () => Record<string, unknown>[];
  text: () => string;
  write: (text: string) => void;
} {
  let text = '';
  return {
    write: (more) => void (text += more),
    text: () => text,
    lines: () =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('the log', () => {
  it('writes one JSON object per line, with the id of the request that is worked on', async () => {
    const out = capture();
    const log = openLog({ LOG_LEVEL: 'info' }, 'gateway', out);
    await withRequestId('r-1', async () => {
      await sleep(1);
      log.info({ count: 3 }, 'listed\nforged');
      log.debug('not this');
      withRequestId(null, () => log.info('of nobody'));
    });
    log.info({ requestId: 'r-2' }, 'told');
    expect(out.lines()).toEqual([
      {
        level: 'info',
        process: 'gateway',
        requestId: 'r-1',
        count: 3,
        msg: 'listed\nforged',
        time: expect.stringMatching(/Z$/) as unknown,
      },
      expect.not.objectContaining({ requestId: expect.anything() as unknown }),
      expect.objectContaining({ requestId: 'r-2', msg: 'told' }),
    ]);
  });

  it('keeps secrets, people and patients out', () => {
    const out = capture();
    const log = openLog({ LOG_LEVEL: 'trace' }, 'gateway', out);
    log.info({
      password: 'Canary',
      headers: { authorization: 'Bearer Canary', cookie: 'lab=Canary' },
      person: { email: 'Canary@x.se', name: 'Canary' },
      PatientName: 'Canary^A',
    });
    const database = Object.assign(new Error('Key (patient)=(Canary) already exists'), {
      code: '23505',
      detail: 'Canary',
    });
    log.error(
      { err: new LabError('conflict', { cause: database, privateDetail: '23505' }) },
      'refused',
    );
    log.error({ error: database });
    expect(out.text()).not.toContain('Canary');
    expect(out.lines()[1]).toMatchObject({
      err: {
        type: 'LabError',
        fault: 'conflict',
        privateDetail: '23505',
        cause: { fault: '23505' },
      },
    });
  });
});
