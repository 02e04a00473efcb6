import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  isDriverAdapterError,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import { poolConfig } from './connection.ts';

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/**
 * PrismaPg 7.10 for the schema engine, with three holes mended:
 * - it cuts a script at every semicolon, also inside function bodies and strings; here a script
 * goes to the server whole, which also
 *   makes one transaction of it;
 * - it can't read the catalogue's one-byte type "char", which describing a schema needs;
 * - nobody closes its connections, and the engine's advisory lock lives on one of them; `close`
 * does.
 */
export class MigrationPg extends PrismaPg {
  private readonly shadowUrl: string | undefined;
  private readonly adapters: Adapter[] = [];
  /**
   * What the server said about the last script that it refused; the engine itself reports no more
   * than a number.
   */
  scriptFault: unknown;

  /**
   * `shadowUrl`: a database that may be filled and emptied, for steps that replay the migrations.
   */
  constructor(url: string, shadowUrl: string | undefined) {
    super(poolConfig(url, { max: 1 }));
    this.shadowUrl = shadowUrl;
  }

  override async connect(): Promise<Adapter> {
    const adapter = await super.connect();
    this.adapters.push(adapter);
    adapter.executeScript = async (script) => {
      try {
        await adapter.underlyingDriver().query(script);
      } catch (error) {
        this.scriptFault = error;
        throw error;
      }
    };
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      try {
        return await queryRaw(query);
      } catch (error) {
        if (isDriverAdapterError(error) && error.cause.kind === 'UnsupportedNativeDataType')
          return readCatalogue(adapter, query);
        throw error;
      }
    };
    return adapter;
  }

  override async connectToShadowDb(): Promise<Adapter> {
    if (this.shadowUrl === undefined)
      throw new Error('This step works on the real database and may not make a shadow of it.');
    const shadow = await new MigrationPg(this.shadowUrl, undefined).connect();
    this.adapters.push(shadow);
    return shadow;
  }

  async close(): Promise<void> {
    for (const adapter of this.adapters.splice(0))
      if (!adapter.underlyingDriver().ending) await adapter.dispose();
  }
}

/** Type numbers of pg_type that Prisma's catalogue queries return; all others are read as text. */
const CATALOGUE_TYPES = new Map<number, SqlResultSet['columnTypes'][number]>([
  [16, ColumnTypeEnum.Boolean],
  [18, ColumnTypeEnum.Character],
  [20, ColumnTypeEnum.Int64],
  [21, ColumnTypeEnum.Int32],
  [23, ColumnTypeEnum.Int32],
  [26, ColumnTypeEnum.Int64],
  [1003, ColumnTypeEnum.TextArray],
  [1009, ColumnTypeEnum.TextArray],
]);

async function readCatalogue(adapter: Adapter, query: SqlQuery): Promise<SqlResultSet> {
  const { fields, rows } = await adapter
    .underlyingDriver()
    .query<unknown[]>({ text: query.sql, values: query.args, rowMode: 'array' });
  return {
    columnNames: fields.map((field) => field.name),
    columnTypes: fields.map(
      (field) => CATALOGUE_TYPES.get(field.dataTypeID) ?? ColumnTypeEnum.Text,
    ),
    rows,
  };
}
