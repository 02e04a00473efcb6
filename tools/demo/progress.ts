/**
 * What the person at the terminal sees while the demo runs: a line per stage that fills up, and
 * stays with its time when the stage is done.
 */
export class Progress {
  readonly #isLive = process.stdout.isTTY;
  readonly #began = Date.now();
  readonly seconds: Record<string, number> = {};
  #current:
    | {
        name: string;
        began: number;
        note: string;
        fraction: number | null;
        timer: NodeJS.Timeout | undefined;
      }
    | undefined;
  #lastPrinted = 0;
  #frame = 0;

  title(text: string): void {
    process.stdout.write(`\n  ${bold(text)}\n\n`);
  }

  /** Runs one stage; `report` takes a fraction (0 to 1, or null when unknown) and a short note. */
  async stage<T>(
    name: string,
    work: (report: (fraction: number | null, note: string) => void) => Promise<T>,
  ): Promise<T> {
    const current = {
      name,
      began: Date.now(),
      note: '',
      fraction: null as number | null,
      timer: undefined as NodeJS.Timeout | undefined,
    };
    this.#current = current;
    if (this.#isLive) current.timer = setInterval(() => this.#draw(), 120);
    try {
      const result = await work((fraction, note) => {
        current.fraction = fraction;
        current.note = note;
        // Without a terminal (a log file) a line every ten seconds tells that work goes on.
        if (!this.#isLive && Date.now() - this.#lastPrinted > 10_000) {
          this.#lastPrinted = Date.now();
          process.stdout.write(
            `      ${name}: ${fraction === null ? '' : `${Math.round(fraction * 100)} % `}${note}\n`,
          );
        }
      });
      this.#finish(green('✓'), current.note);
      return result;
    } catch (error) {
      this.#finish(red('✗'), current.note);
      throw error;
    }
  }

  say(text: string): void {
    process.stdout.write(`    ${dim(text)}\n`);
  }

  get totalSeconds(): number {
    return (Date.now() - this.#began) / 1000;
  }

  #finish(mark: string, note: string): void {
    const current = this.#current;
    if (current === undefined) return;
    clearInterval(current.timer);
    const seconds = (Date.now() - current.began) / 1000;
    this.seconds[current.name] = (this.seconds[current.name] ?? 0) + seconds;
    this.#current = undefined;
    process.stdout.write(
      `${this.#isLive ? '\r\x1b[2K' : ''}  ${mark} ${current.name.padEnd(44)} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${dim(note)}\n`,
    );
  }

  #draw(): void {
    const current = this.#current;
    if (current === undefined) return;
    const seconds = Math.round((Date.now() - current.began) / 1000);
    const spinner = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'[this.#frame++ % 10] ?? '';
    const width = 24;
    const filled = current.fraction === null ? 0 : Math.round(current.fraction * width);
    const bar =
      current.fraction === null
        ? ''
        : `${cyan('█'.repeat(filled))}${dim('░'.repeat(width - filled))} ${String(Math.round(current.fraction * 100)).padStart(3)} %`;
    const columns = process.stdout.columns || 100;
    const note = current.note.slice(0, Math.max(0, columns - 70));
    process.stdout.write(
      `\r\x1b[2K  ${cyan(spinner)} ${current.name.padEnd(34)} ${bar} ${String(seconds).padStart(4)} s  ${dim(note)}`,
    );
  }
}

const colour = (code: string) => (text: string) =>
  process.stdout.isTTY ? `\x1b[${code}m${text}\x1b[0m` : text;
export const bold = colour('1');
const dim = colour('2');
export const red = colour('31');
const green = colour('32');
export const cyan = colour('36');
