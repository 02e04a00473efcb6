/** The part of dcmjs that the lab uses; dcmjs ships no types. */
declare module 'dcmjs/dictionary' {
  export const dictionary: Record<string, { tag?: string; vr?: string; name?: string; version?: string }>;
}
