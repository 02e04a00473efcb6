import { LabError } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { openLog } from './log.ts';

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
  it('writes one JSON object per line, with the request id of a child', () => {
    const out = capture();
    openLog({ LOG_LEVEL: 'info' }, 'gateway', out)
      .child({ requestId: 'r-1' })
      .info({ count: 3 }, 'listed\nforged');
    openLog({ LOG_LEVEL: 'info' }, 'gateway', out).debug('not this');
    expect(out.lines()).toEqual([
      {
        level: 'info',
        process: 'gateway',
        requestId: 'r-1',
        count: 3,
        msg: 'listed\nforged',
        time: expect.stringMatching(/Z$/) as unknown,
      },
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
