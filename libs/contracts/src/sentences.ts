/** Names in braces in a sentence. */
export type PartsOf<Text extends string> = Text extends `${string}{${infer Part}}${infer Rest}`
  ? Part | PartsOf<Rest>
  : never;

/**
 * @param partOf says what stands for a name in braces; `kind` is what follows it after a colon, as
 * in `{count:number}`
 * @returns the sentence with its braces filled
 */
export function fill(text: string, partOf: (name: string, kind: string) => string): string {
  return text.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, kind?: string) =>
    partOf(name, kind ?? 'text'),
  );
}
