import { Controller, Req, Res } from '@nestjs/common';
import type { RouteInput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import type { Request, Response } from 'express';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/** Proxies and browsers drop a silent connection; a comment line now and then keeps it. */
const HEARTBEAT_MS = 15_000;

/** Live progress as server-sent events (WHATWG HTML, section 9.2). */
@Controller()
export class EventsController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('trainingRuns.events')
  async training(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'trainingRuns.events'>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    // The browser tells the last step it has seen, so a reconnect brings only what it missed.
    const fromStep = Number(request.headers['last-event-id'] ?? 0) || 0;
    // Asked before the first byte, so that a refusal is an ordinary problem answer.
    const events = this.lab.training.watch(actor, params.id, { fromStep, signal: gone.signal });
    const first = await events.next();
    response
      .status(200)
      .set({
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      })
      .flushHeaders();
    const heartbeat = setInterval(() => response.write(': \n\n'), HEARTBEAT_MS);
    try {
      for (
        let event = first;
        event.done !== true && !gone.signal.aborted;
        event = await events.next()
      ) {
        response.write(`id: ${event.value.run.step}\ndata: ${JSON.stringify(event.value)}\n\n`);
      }
      response.write('event: end\ndata: {}\n\n');
    } finally {
      clearInterval(heartbeat);
      await events.return(undefined);
      response.end();
    }
  }
}
