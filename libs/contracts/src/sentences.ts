/** Names in braces in a sentence. */
export type PartsOf<Text extends string> = Text extends `${string}{${infer Part}}${infer Rest}`
  ? Part | PartsOf<Rest>
  : never;

/** @returns the sentence with what `partOf` says of each name in its braces */
export function fill(text: string, partOf: (name: string) => string): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => partOf(name));
}
