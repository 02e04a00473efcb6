import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, type LabProcesses, startPostgres } from '@scapis/platform';
import pg from 'pg';
import { z } from 'zod';

const stateSchema = z.object({ ownerPassword: z.string(), ports: z.object({ postgres: z.int() }) });

/**
 * Lets spec files, which run in other processes than the lab's supervisor, do it harm: kill gateway
 * or worker, stop the database and start it again. Listens on 127.0.0.1 on a free port.
 */
export async function startControl(
  lab: LabProcesses,
  dataFolder: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = join(dataFolder, 'postgres');
  let ownDatabase: EmbeddedPostgres | null = null;

  async function stopDatabase(): Promise<void> {
    if (ownDatabase !== null) {
      await ownDatabase.stop();
      ownDatabase = null;
      return;
    }
    const pid = await readDatabasePid(lab.embedded.settings.DATABASE_OWNER_URL ?? '');
    process.kill(pid, 'SIGINT');
    while (isAlive(pid)) await sleep(50);
  }
  async function startDatabase(): Promise<void> {
    const { ownerPassword, ports } = stateSchema.parse(
      JSON.parse(readFileSync(join(dataFolder, 'lab.json'), 'utf8')),
    );
    ownDatabase ??= await startPostgres({ folder, port: ports.postgres, ownerPassword });
  }
  const actions: Record<string, () => Promise<unknown> | object> = {
    'GET /pid/gateway': () => ({ pid: lab.pidOf('gateway') ?? null }),
    'GET /pid/worker': () => ({ pid: lab.pidOf('worker') ?? null }),
    'POST /kill/gateway': () => ({ pid: killed(lab.pidOf('gateway')) }),
    'POST /kill/worker': () => ({ pid: killed(lab.pidOf('worker')) }),
    'POST /database/stopped': stopDatabase,
    'POST /database/started': startDatabase,
  };

  const server = createServer((request, response) => {
    void (async () => {
      const action = actions[`${request.method ?? ''} ${request.url ?? ''}`];
      try {
        if (action === undefined) throw new Error('no such action');
        response.end(JSON.stringify((await action()) ?? {}));
      } catch (error) {
        response.writeHead(500).end(String(error));
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      // Gateway and worker lose it a moment before they are stopped themselves; nobody reads their
      // log any more.
      await ownDatabase?.stop();
    },
  };
}

/** The server's own: its first process, which takes the others with it. */
async function readDatabasePid(ownerUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ folder: string }>(
      `SELECT current_setting('data_directory') AS folder`,
    );
    return Number.parseInt(readFileSync(join(rows[0]?.folder ?? '', 'postmaster.pid'), 'utf8'), 10);
  } finally {
    await client.end();
  }
}

function killed(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  process.kill(pid, 'SIGKILL');
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
