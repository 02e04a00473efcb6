import { Worker } from 'node:worker_threads';

/** One compressed frame and what a codec must know to unpack it. */
export type DecoderJob = {
  codec: 'jpeg' | 'jpeg-ls' | 'jpeg-2000';
  frame: Uint8Array;
  rows: number;
  columns: number;
  bitsAllocated: number;
  bitsStored: number;
  isSigned: boolean;
};
export type DecoderReply = { ok: true; pixels: Uint8Array } | { ok: false };

export type DecoderPool = {
  /** @returns pixels as little endian words. @throws DecoderError; the pool stays usable. */
  decode(job: DecoderJob): Promise<Uint8Array>;
  /** Ends the threads; frames not yet decoded are refused. */
  close(): Promise<void>;
};

export type DecoderPoolOptions = {
  /** Threads at most; they start with the first frame. */
  size?: number;
  /** A 512 x 512 slice takes under 0.1 s, and a thread 0.3 s to start. */
  timeoutMs?: number;
  /**
   * V8 heap of a thread. WASM memory lies outside it: that is bounded by the size check in
   * pixels.ts and by WASM's own maximum.
   */
  heapMegabytes?: number;
  workerUrl?: URL;
};

type DecoderFault = 'timeout' | 'fault' | 'closed';

export class DecoderError extends Error {
  override name = 'DecoderError';
  readonly fault: DecoderFault;

  constructor(fault: DecoderFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

type Waiting = {
  job: DecoderJob;
  resolve: (pixels: Uint8Array) => void;
  reject: (error: Error) => void;
};
type Slot = { worker: Worker | null; held: (Waiting & { timer: NodeJS.Timeout }) | null };

/**
 * Makes a pool of killable decoder threads. A thread that takes too long or dies fails its own
 * frame only, and the next frame gets a new one.
 */
export function createDecoderPool(options: DecoderPoolOptions = {}): DecoderPool {
  const { size = 1, timeoutMs = 15_000, heapMegabytes = 256 } = options;
  const workerUrl = options.workerUrl ?? new URL('./decoder-worker.ts', import.meta.url);
  const slots: Slot[] = Array.from({ length: size }, () => ({ worker: null, held: null }));
  const queue: Waiting[] = [];
  let isClosed = false;

  const start = (slot: Slot): Worker => {
    const worker = new Worker(workerUrl, {
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
      stdout: true,
      stderr: true,
    });
    // Events of a thread that was already given up must not touch the frame of its successor.
    const onEnd = (): void => {
      if (slot.worker === worker)
        fail(slot, isClosed ? 'closed' : 'fault', 'The decoder ended while it held this frame.');
    };
    worker.on('message', (reply: DecoderReply) => {
      if (slot.worker !== worker) return;
      // A codec that has failed may have left its memory in any state, so its thread is not used
      // again.
      if (reply.ok) settle(slot, ({ resolve }) => resolve(reply.pixels));
      else fail(slot, 'fault', 'The compressed frame is damaged.');
    });
    worker.on('error', onEnd);
    worker.on('exit', onEnd);
    return worker;
  };

  const settle = (slot: Slot, answer: (held: Waiting) => void): void => {
    const { held } = slot;
    slot.held = null;
    // An idle pool must not keep the process alive.
    slot.worker?.unref();
    if (held) {
      clearTimeout(held.timer);
      answer(held);
    }
    pump();
  };

  const fail = (slot: Slot, fault: DecoderFault, message: string): void => {
    void slot.worker?.terminate();
    slot.worker = null;
    settle(slot, ({ reject }) => reject(new DecoderError(fault, message)));
  };

  const pump = (): void => {
    for (const slot of slots) {
      if (slot.held) continue;
      const next = queue.shift();
      if (!next) return;
      slot.worker ??= start(slot);
      slot.worker.ref();
      const timer = setTimeout(
        () => fail(slot, 'timeout', `The frame was not decoded within ${timeoutMs} ms.`),
        timeoutMs,
      );
      slot.held = { ...next, timer };
      slot.worker.postMessage(next.job);
    }
  };

  return {
    decode: (job) =>
      new Promise((resolve, reject) => {
        if (isClosed) {
          reject(new DecoderError('closed', 'The decoder pool is closed.'));
          return;
        }
        queue.push({ job, resolve, reject });
        pump();
      }),
    close: async () => {
      isClosed = true;
      for (const { reject } of queue.splice(0))
        reject(new DecoderError('closed', 'The decoder pool is closed.'));
      await Promise.all(slots.map(async (slot) => slot.worker?.terminate()));
    },
  };
}
