import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';
import { type Done, requestSpanIdOf, traceIdOf, type Tracing } from './tracing.ts';

/** A process that is killed loses the spans of so long. */
const SEND_EVERY_MS = 1_000;

/** Sends spans to a collector. One that is away costs the spans, and nothing else. */
export function openOtlpTracing(url: string, process: string): Tracing {
  const random = new RandomIdGenerator();
  // A span is made in one step, so what it is to be called cannot reach another.
  let next: { traceId?: string; spanId?: string } = {};
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.namespace': 'scapis',
      'service.name': `scapis-${process}`,
    }),
    idGenerator: {
      generateTraceId: () => next.traceId ?? random.generateTraceId(),
      generateSpanId: () => next.spanId ?? random.generateSpanId(),
    },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url }),
        scheduledDelayMillis: SEND_EVERY_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('scapis');

  function record(
    { name, beganAt, endedAt, hasFailed = false, attributes = {} }: Done,
    kind: SpanKind,
    ids: { traceId: string; spanId?: string | undefined; parentId?: string | undefined },
  ): void {
    const { traceId, spanId, parentId } = ids;
    const parent =
      parentId === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId,
            spanId: parentId,
            traceFlags: TraceFlags.SAMPLED,
            isRemote: true,
          });
    next = { traceId, ...(spanId !== undefined && { spanId }) };
    // Two clocks may differ by a little: nothing ends before it begins.
    const span = tracer.startSpan(
      name,
      { kind, startTime: Math.min(beganAt, endedAt), attributes: { ...attributes } },
      parent,
    );
    next = {};
    if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endedAt);
  }

  return {
    request(requestId, done) {
      record(done, SpanKind.SERVER, {
        traceId: traceIdOf(requestId),
        spanId: requestSpanIdOf(requestId),
      });
    },
    step(requestId, done, { id, parentId } = {}) {
      if (requestId === null) return;
      record(done, SpanKind.INTERNAL, {
        traceId: traceIdOf(requestId),
        spanId: id,
        parentId: parentId ?? requestSpanIdOf(requestId),
      });
    },
    stop: () => provider.shutdown(),
  };
}
