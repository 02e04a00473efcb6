import * as contracts from '@scapis/contracts';
import { errors, roles, routes, actions, type RouteName, type RouteSpec } from '@scapis/contracts';
import { z } from 'zod';

/** A JSON Schema (2020-12) as it stands in an OpenAPI 3.1 document. */
type JsonSchema = Record<string, unknown>;
/** One operation of the document; open-ended as OpenAPI itself is. */
type Operation = Record<string, unknown>;

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string; description: string }[];
  tags: { name: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    securitySchemes: Record<string, JsonSchema>;
    responses: Record<string, JsonSchema>;
  };
}

/**
 * Builds the OpenAPI 3.1 document from the route table (`contracts/routes`): the gateway serves it
 * at /api/docs, and the client and docs/generated/openapi.json are made from it. Each schema that
 * contracts exports becomes a component with its own name.
 * @throws Error when one name would stand for two different schemas, which a generated client could
 * not tell apart.
 */
export function buildOpenApi(version: string): OpenApiDocument {
  nameExportedSchemas();
  const schemas: Record<string, JsonSchema> = {};
  const paths: OpenApiDocument['paths'] = {};
  for (const [name, spec] of Object.entries(routes) as [RouteName, RouteSpec][]) {
    const path = spec.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[spec.method.toLowerCase()] = toOperation(name, spec, schemas);
  }
  toSchema(contracts.problem, 'output', schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'SCAPIS computer lab',
      version,
      description:
        'Real CT stays inside; synthetic cohorts that passed the release gate may be downloaded. Generated from libs/contracts.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'this lab' }],
    tags: [...new Set(Object.keys(routes).map(tagOf))].map((tag) => ({ name: tag })),
    security: [{ session: [] }, { bearer: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'lab.session',
          description: 'set by /api/login; HttpOnly',
        },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'an access token of the realm, for programs',
        },
      },
      responses: {
        problem: {
          description: `An error, as a code and a sentence that says what to do. Codes: ${Object.keys(errors).join(', ')}.`,
          content: {
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          },
        },
      },
    },
  };
}

function toOperation(
  name: RouteName,
  spec: RouteSpec,
  schemas: Record<string, JsonSchema>,
): Operation {
  const parameters = [
    ...toParameters(spec.params, 'path', schemas),
    ...toParameters(spec.query, 'query', schemas),
  ];
  return {
    operationId: name,
    tags: [tagOf(name)],
    summary: spec.summary,
    description: accessText(spec.access),
    ...(spec.access === 'public' ? { security: [] } : {}),
    'x-lab-access': spec.access,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...toRequestBody(spec, schemas),
    responses: {
      ...toResponse(spec, schemas),
      default: { $ref: '#/components/responses/problem' },
    },
  };
}

function accessText(access: RouteSpec['access']): string {
  if (access === 'public') return 'Open to everyone.';
  if (access === 'signed-in') return 'For any signed-in person.';
  const holders: readonly string[] = actions[access];
  const who =
    holders.length === 0 || holders.length === roles.length
      ? 'any signed-in person'
      : holders.join(', ');
  return `Asks the decision \`${access}\`. Its door opens to: ${who}; the decision's other conditions then decide.`;
}

function toParameters(
  schema: z.ZodObject | undefined,
  place: 'path' | 'query',
  schemas: Record<string, JsonSchema>,
): Operation[] {
  if (!schema) return [];
  // A copy without the schema's own name: parameters are written out one by one, never by
  // reference.
  const json = toSchema(z.object(schema.shape), 'input', schemas);
  const required = new Set(json.required as string[] | undefined);
  return Object.entries((json.properties ?? {}) as Record<string, JsonSchema>).map(
    ([key, property]) => ({
      name: key,
      in: place,
      required: place === 'path' || required.has(key),
      schema: property,
    }),
  );
}

function toRequestBody(spec: RouteSpec, schemas: Record<string, JsonSchema>): Operation {
  if (spec.body)
    return {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: toSchema(spec.body, 'input', schemas) } },
      },
    };
  if (!spec.upload) return {};
  const content = Object.fromEntries(
    spec.upload.map((media): [string, Operation] => [
      media,
      { schema: { type: 'string', format: 'binary' } },
    ]),
  );
  return { requestBody: { required: true, content } };
}

function toResponse(spec: RouteSpec, schemas: Record<string, JsonSchema>): Operation {
  const { response } = spec;
  if (response === 'none') return { 204: { description: 'Done; there is nothing to say.' } };
  if (response === 'redirect')
    return {
      302: {
        description: 'Go on at the address in Location.',
        headers: { Location: { schema: { type: 'string' } } },
      },
    };
  if (response instanceof z.ZodType)
    return {
      200: {
        description: spec.summary,
        content: { 'application/json': { schema: toSchema(response, 'output', schemas) } },
      },
    };
  if ('event' in response) {
    const description = 'Server-sent events; the data of each is one JSON object of this schema.';
    return {
      200: {
        description,
        content: { 'text/event-stream': { schema: toSchema(response.event, 'output', schemas) } },
      },
    };
  }
  return {
    200: {
      description: spec.summary,
      content: { [response.media]: { schema: { type: 'string', format: 'binary' } } },
    },
  };
}

/**
 * JSON Schema of one zod schema; what contracts gave a name (itself or parts of it) moves to
 * `schemas` and leaves a reference.
 */
function toSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  schemas: Record<string, JsonSchema>,
): JsonSchema {
  const raw = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => simplify(jsonSchema),
  });
  const text = JSON.stringify(raw).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $defs, ...json } = JSON.parse(text) as JsonSchema;
  delete json.$schema;
  for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, JsonSchema>))
    addComponent(name, definition, schemas);
  return json;
}

/**
 * Objects stay open in the document, so that a newer server may add a field without breaking an
 * older client; a named format needs no pattern beside it; and every JavaScript integer has the
 * safe bounds, so they tell nothing.
 */
function simplify(json: JsonSchema): void {
  if (json.additionalProperties === false) delete json.additionalProperties;
  if (json.format !== undefined) delete json.pattern;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
}

function addComponent(
  name: string,
  definition: JsonSchema,
  schemas: Record<string, JsonSchema>,
): void {
  const known = schemas[name];
  if (known && JSON.stringify(known) !== JSON.stringify(definition)) {
    throw new Error(
      `OpenAPI: "${name}" differs between request and response. Export two schemas from contracts, one for each.`,
    );
  }
  schemas[name] = definition;
}

/**
 * Gives each schema that contracts exports its name, once. A clone made by `.extend` or `.partial`
 * does not inherit it.
 */
function nameExportedSchemas(): void {
  for (const [key, value] of Object.entries(contracts)) {
    if (!(value instanceof z.ZodType)) continue;
    const known = z.globalRegistry.get(value);
    if (!known?.id)
      z.globalRegistry.add(value, { ...known, id: key.charAt(0).toUpperCase() + key.slice(1) });
  }
}

const tagOf = (name: string): string => name.slice(0, name.indexOf('.'));
