/**
 * What a compressed frame says of itself. It is compared with the header before a decoder sees the
 * frame: a codestream that promises 60,000 x 60,000 pixels under a 512 x 512 header is a bomb, and
 * the decoder would reserve the memory first.
 */
export type FrameHeader = {
  codec: 'jpeg' | 'jpeg-ls' | 'jpeg-2000';
  rows: number;
  columns: number;
};

/** @returns the frame's kind and size, or undefined when the frame is no codestream of these. */
export function readFrameHeader(frame: Uint8Array): FrameHeader | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < 24) return undefined;
  return view.getUint16(0) === 0xffd8 ? readJpegHeader(view) : readJpeg2000Header(view);
}

function readJpegHeader(view: DataView): FrameHeader | undefined {
  let offset = 2;
  while (offset + 9 <= view.byteLength) {
    if (view.getUint8(offset) !== 0xff) return undefined;
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    // SOF0-SOF15 without DHT, JPG and DAC (ITU-T T.81 table B.1); F7 is the frame header of JPEG-LS
    // (ITU-T T.87).
    const isFrameHeader =
      marker === 0xf7 ||
      (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc);
    if (isFrameHeader)
      return {
        codec: marker === 0xf7 ? 'jpeg-ls' : 'jpeg',
        rows: view.getUint16(offset + 5),
        columns: view.getUint16(offset + 7),
      };
    offset += 2 + view.getUint16(offset + 2);
  }
  return undefined;
}

/**
 * ITU-T T.800 A.5.1: the SIZ marker segment follows SOC at once; the image is the reference grid
 * less its offset.
 */
function readJpeg2000Header(view: DataView): FrameHeader | undefined {
  if (view.getUint32(0) !== 0xff4fff51) return undefined;
  return {
    codec: 'jpeg-2000',
    rows: view.getUint32(12) - view.getUint32(20),
    columns: view.getUint32(8) - view.getUint32(16),
  };
}

/**
 * Whether a JPEG, JPEG-LS or JPEG 2000 codestream has its end marker (EOI, EOC: FFD9), with padding
 * (00 or FF) after it at most. The decoders fill up a cut image without an error.
 */
export function hasEndMarker(frame: Uint8Array): boolean {
  let end = frame.length;
  while (end > 0 && (frame[end - 1] === 0x00 || frame[end - 1] === 0xff)) end -= 1;
  return end >= 2 && frame[end - 2] === 0xff && frame[end - 1] === 0xd9;
}
