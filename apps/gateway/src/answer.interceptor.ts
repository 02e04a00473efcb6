import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { LabError, routes } from '@scapis/contracts';
import { map, type Observable } from 'rxjs';
import { z } from 'zod';
import { routeOf } from './route.ts';

/**
 * Passes each JSON answer through its schema, so that a field that the contract does not name
 * cannot leave the lab by mistake.
 */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { name } = routeOf(context);
    const { response } = routes[name];
    if (!(response instanceof z.ZodType)) return next.handle();
    return next.handle().pipe(
      map((answer: unknown) => {
        const result = response.safeParse(answer);
        if (!result.success)
          throw new LabError('internal', {
            privateDetail: `${name} answered outside its contract: ${z.prettifyError(result.error)}`,
          });
        return result.data;
      }),
    );
  }
}
