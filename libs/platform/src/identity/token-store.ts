/** One record of oidc-provider: a session, grant, code or token, as plain data. */
type Payload = Record<string, unknown> & { uid?: string; grantId?: string; consumed?: number };

interface Entry {
  payload: Payload;
  expiresAt: number;
}

/**
 * oidc-provider's storage in memory, without the limit of 1,000 records that its own has. Sessions
 * end with the process: after a restart of the embedded lab people sign in anew.
 */
export function createTokenStore(): (model: string) => object {
  const entries = new Map<string, Entry>();
  let nextSweepAt = 0;

  const find = (key: string): Payload | undefined => {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > Date.now()) return entry.payload;
    entries.delete(key);
    return undefined;
  };
  const sweep = (): void => {
    if (Date.now() < nextSweepAt) return;
    nextSweepAt = Date.now() + 60_000;
    for (const [key, { expiresAt }] of entries) if (expiresAt <= Date.now()) entries.delete(key);
  };

  return (model) => ({
    upsert(id: string, payload: Payload, expiresInSeconds?: number) {
      sweep();
      entries.set(`${model}:${id}`, {
        payload,
        expiresAt: expiresInSeconds === undefined ? Infinity : Date.now() + expiresInSeconds * 1000,
      });
      return Promise.resolve();
    },
    find: (id: string) => Promise.resolve(find(`${model}:${id}`)),
    findByUid(uid: string) {
      for (const [key, { payload }] of entries)
        if (key.startsWith(`${model}:`) && payload.uid === uid) return Promise.resolve(find(key));
      return Promise.resolve(undefined);
    },
    findByUserCode: () => Promise.resolve(undefined),
    consume(id: string) {
      const payload = find(`${model}:${id}`);
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
      return Promise.resolve();
    },
    destroy(id: string) {
      entries.delete(`${model}:${id}`);
      return Promise.resolve();
    },
    revokeByGrantId(grantId: string) {
      for (const [key, { payload }] of entries)
        if (payload.grantId === grantId) entries.delete(key);
      return Promise.resolve();
    },
  });
}
