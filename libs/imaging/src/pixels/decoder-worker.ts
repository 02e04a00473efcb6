import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';

import type * as Codecs from 'dcmjs-codecs';

import type { DecoderJob, DecoderReply } from './decoder-pool.ts';

/**
 * Runs the WASM codecs (libijg, CharLS, OpenJPEG through dcmjs-codecs) beside the process, because
 * they are given hostile input. The pool kills this thread when it takes too long or dies. Only the
 * compressed frame and its numbers come in: no header, no identity. dcmjs-codecs is a CommonJS
 * bundle whose names Node's ES loader can't see, so it is required.
 */
const { Context, NativeCodecs } = createRequire(import.meta.url)('dcmjs-codecs') as typeof Codecs;

const methods = {
  jpeg: (context) => NativeCodecs.decodeJpeg(context),
  'jpeg-ls': (context) => NativeCodecs.decodeJpegLs(context),
  'jpeg-2000': (context) => NativeCodecs.decodeJpeg2000(context),
} satisfies Record<
  DecoderJob['codec'],
  (context: InstanceType<typeof Context>) => InstanceType<typeof Context>
>;

const port = parentPort;
if (!port)
  throw new Error('decoder-worker.ts is a worker thread. Start it through createDecoderPool.');
await NativeCodecs.initializeAsync();

port.on('message', (job: DecoderJob) => {
  port.postMessage(decode(job));
});

function decode(job: DecoderJob): DecoderReply {
  try {
    const context = new Context({
      width: job.columns,
      height: job.rows,
      bitsAllocated: job.bitsAllocated,
      bitsStored: job.bitsStored,
      samplesPerPixel: 1,
      pixelRepresentation: job.isSigned ? 1 : 0,
      planarConfiguration: 0,
      photometricInterpretation: 'MONOCHROME2',
      encodedBuffer: job.frame,
    });
    const decoded = methods[job.codec](context).getDecodedBuffer();
    // A copy: the codec's buffer is a view into WASM memory, which the next frame overwrites.
    return decoded ? { ok: true, pixels: Uint8Array.from(decoded) } : { ok: false };
  } catch {
    // The codecs' messages quote bytes of the file, so they go no further.
    return { ok: false };
  }
}
