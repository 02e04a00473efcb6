import pg from 'pg';

interface Plan {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
}

const isQuery = (asked: unknown): asked is pg.QueryConfig =>
  typeof asked === 'object' && asked !== null && 'text' in asked && 'values' in asked;

function countScanned(plan: Plan): number {
  const found =
    plan['Actual Rows'] +
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Index Recheck'] ?? 0);
  const own = plan['Node Type'].includes('Scan') ? found * plan['Actual Loops'] : 0;
  return (plan.Plans ?? []).reduce((sum, child) => sum + countScanned(child), own);
}

/**
 * Rows that Postgres takes out of tables and indexes to answer what `call` asks of it, those it
 * then throws away included: what a list costs, whatever the machine. Each query is explained in
 * its own transaction, with the person and the rows that row-level security gives it.
 */
export async function countRowsRead(call: () => Promise<unknown>): Promise<number> {
  let rows = 0;
  // oxlint-disable-next-line typescript/unbound-method -- called with its client as `this`
  const original = pg.Client.prototype.query as (...asked: unknown[]) => unknown;
  const explained = async function (this: pg.Client, ...asked: unknown[]): Promise<unknown> {
    const [first] = asked;
    if (isQuery(first) && /^\s*select/i.test(first.text)) {
      const { rows: answer } = (await original.call(this, {
        text: `explain (analyze, format json) ${first.text}`,
        values: first.values,
      })) as pg.QueryResult<{ 'QUERY PLAN': { Plan: Plan }[] }>;
      for (const { Plan } of answer[0]?.['QUERY PLAN'] ?? []) rows += countScanned(Plan);
    }
    return original.apply(this, asked);
  };
  pg.Client.prototype.query = explained as typeof pg.Client.prototype.query;
  try {
    await call();
  } finally {
    pg.Client.prototype.query = original as typeof pg.Client.prototype.query;
  }
  return rows;
}
