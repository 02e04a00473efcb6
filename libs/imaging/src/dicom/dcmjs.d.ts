/** The part of dcmjs that the lab uses; dcmjs ships no types. */
declare module 'dcmjs/dictionary' {
  export const dictionary: Record<
    string,
    { tag?: string; vr?: string; name?: string; version?: string }
  >;
}

/** Its reader, which the tests hold against ours. */
declare module 'dcmjs' {
  type Element = { vr: string; Value?: unknown[]; _rawValue?: unknown };
  const dcmjs: {
    data: {
      DicomMessage: {
        readFile(
          bytes: ArrayBuffer,
          options?: { ignoreErrors?: boolean },
        ): { dict: Record<string, Element> };
      };
    };
    log: { setLevel(level: string): void };
  };
  export default dcmjs;
}
