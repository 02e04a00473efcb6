import { createRequire } from 'node:module';

import type * as Codecs from 'dcmjs-codecs';

import { ctBytes, ctObject, implicitElement, rawElement, rawFile } from './ct.fixture.ts';
import { setSequence, setText, transferSyntax } from './dataset.ts';
import { writePart10 } from './part10.ts';

const { Context, NativeCodecs } = createRequire(import.meta.url)('dcmjs-codecs') as typeof Codecs;

/** Sound files to damage: plain ones in each encoding, and the three compressed kinds. */
export async function soundFiles(): Promise<{ plain: Uint8Array[]; compressed: Uint8Array[] }> {
  await NativeCodecs.initializeAsync();
  const nested = ctBytes((dataset) => {
    setText(dataset, '00080005', 'CS', 'ISO 2022 IR 6\\ISO 2022 IR 100');
    setSequence(dataset, '00081140', [ctObject().dataset, new Map<string, never>()]);
  });
  const short = [
    rawElement('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2\0'),
    rawElement('00080060', 'CS', 'CT'),
    rawElement('00204000', 'LT', 'x'.repeat(200)),
  ];
  return {
    plain: [
      ctBytes(),
      nested,
      rawFile(transferSyntax.deflatedLittleEndian, ...short),
      rawFile(transferSyntax.implicitLittleEndian, implicitElement('00080060', 'CT')),
    ],
    compressed: [
      compressed('1.2.840.10008.1.2.4.90', (context) =>
        NativeCodecs.encodeJpeg2000(context, { lossy: false }),
      ),
      compressed('1.2.840.10008.1.2.4.80', (context) =>
        NativeCodecs.encodeJpegLs(context, { lossy: false }),
      ),
      compressed('1.2.840.10008.1.2.4.70', (context) =>
        NativeCodecs.encodeJpeg(context, { lossy: false, predictor: 1 }),
      ),
      compressed('1.2.840.10008.1.2.5', (context) => NativeCodecs.encodeRle(context)),
    ],
  };
}

type Encoded = InstanceType<typeof Context>;

function compressed(syntax: string, encode: (context: Encoded) => Encoded): Uint8Array {
  const { dataset } = ctObject();
  const element = dataset.get('7FE00010');
  const context = new Context({
    width: 32,
    height: 32,
    bitsAllocated: 16,
    bitsStored: 16,
    samplesPerPixel: 1,
    pixelRepresentation: 1,
    planarConfiguration: 0,
    photometricInterpretation: 'MONOCHROME2',
    decodedBuffer: element?.kind === 'binary' ? element.bytes : new Uint8Array(),
  });
  const frame = Uint8Array.from(encode(context).getEncodedBuffer() ?? []);
  dataset.set('7FE00010', {
    kind: 'encapsulated',
    vr: 'OB',
    fragments: [new Uint8Array(), frame],
  });
  return writePart10({ transferSyntaxUid: syntax, dataset });
}

/** Each takes bytes and a place, and gives damaged bytes. */
const mutations: readonly ((bytes: Uint8Array, at: number, random: () => number) => Uint8Array)[] =
  [
    // Some bytes of anything.
    (bytes, _at, random) => {
      const copy = Uint8Array.from(bytes);
      for (let flips = 0; flips < 6; flips += 1)
        copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
      return copy;
    },
    // Lengths and numbers at their ends.
    (bytes, at, random) => Uint8Array.from(bytes).fill(random() < 0.5 ? 0xff : 0, at, at + 4),
    (bytes, at) => Uint8Array.from(bytes).fill(0x7f, at, at + 2),
    // Cut, emptied, doubled, moved.
    (bytes, at) => bytes.slice(0, at),
    (bytes, at, random) => splice(bytes, at, at + Math.floor(random() * 64), new Uint8Array()),
    (bytes, at, random) =>
      splice(bytes, at, at, bytes.subarray(at, at + Math.floor(random() * 2000))),
    (bytes, at) => splice(bytes, at, at, bytes.subarray(132)),
    // Text where there was none.
    (bytes, at) => splice(bytes, at, at, Buffer.from('Strom^Orjan\\19121212-1212')),
  ];

function splice(bytes: Uint8Array, from: number, to: number, middle: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]));
}

/** @returns a damaged file; the damage is mostly in the header, where it does most. */
export function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  const reach = random() < 0.8 ? Math.min(bytes.length, 1200) : bytes.length;
  const at = 132 + Math.floor(random() * Math.max(1, reach - 132));
  const mutate = mutations[Math.floor(random() * mutations.length)];
  return mutate ? mutate(bytes, at, random) : bytes;
}
