import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import { LabError, routes, toFieldFault, type RouteName, type RouteSpec } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Request } from 'express';
import type { z } from 'zod';

const ROUTE = 'scapis:route';

/** A request after the access guard: who asks, under which id it is logged. */
export interface LabRequest extends Request {
  actor?: Actor;
  sessionEndsAt?: Date;
  requestId: string;
}

/**
 * Binds a controller method to its row in the route table: verb, path, access and schemas all stand
 * there (docs/adr/001).
 */
export function Route(name: RouteName): MethodDecorator {
  const spec: RouteSpec = routes[name];
  return applyDecorators(
    SetMetadata(ROUTE, name),
    RequestMapping({ path: spec.path, method: RequestMethod[spec.method] }),
    HttpCode(spec.response === 'none' ? 204 : 200),
  );
}

/**
 * The row of the route table that a handler is bound to. @throws Error for a handler without one:
 * nothing answers by accident.
 */
export function routeOf(context: ExecutionContext): { name: RouteName; spec: RouteSpec } {
  const name = Reflect.getMetadata(ROUTE, context.getHandler()) as RouteName | undefined;
  if (name === undefined)
    throw new Error(`${context.getClass().name}.${context.getHandler().name} has no @Route`);
  return { name, spec: routes[name] };
}

export function routeNameOf(handler: object): RouteName | undefined {
  return Reflect.getMetadata(ROUTE, handler) as RouteName | undefined;
}

/**
 * The request's params, query and body, each parsed by the route's schema (`RouteInput`). @throws
 * LabError invalid_input with the fields.
 */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { spec } = routeOf(context);
  const request = context.switchToHttp().getRequest<LabRequest>();
  return {
    params: spec.params && parse(spec.params, request.params),
    query: spec.query && parse(spec.query, request.query),
    body: spec.body && parse(spec.body, request.body ?? {}),
  };
});

/** Who asks. The guard has seen to it that a route which is not public has an actor. */
export const By = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<LabRequest>();
  if (actor === undefined) throw new LabError('not_signed_in');
  return actor;
});

function parse(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new LabError('invalid_input', {
    details: result.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
      ...toFieldFault(issue),
    })),
  });
}
