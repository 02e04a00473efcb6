import 'reflect-metadata';
import { routeNames, routes, type RouteSpec } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { controllers } from './gateway.ts';
import { routeNameOf } from './route.ts';

const bound = controllers.flatMap((controller) => {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== 'constructor' && typeof prototype[name] === 'function')
    .map((method) => ({
      place: `${controller.name}.${method}`,
      route: routeNameOf(prototype[method] as object),
    }));
});

describe('controllers', () => {
  it('answer every route of the table, each once, and nothing else', () => {
    expect(bound.filter(({ route }) => route === undefined).map(({ place }) => place)).toEqual([]);
    expect(bound.map(({ route }) => route).sort()).toEqual([...routeNames].sort());
  });

  it('let nobody in without a session but on the written list', () => {
    const open = Object.entries(routes as Record<string, RouteSpec>)
      .filter(([, { access }]) => access === 'public')
      .map(([name]) => name);
    expect(open.sort()).toEqual([
      'health.live',
      'health.ready',
      'receipts.key',
      'session.callback',
      'session.login',
    ]);
  });
});
