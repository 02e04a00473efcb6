import { describe, expect, it } from 'vitest';
import { judgeClock } from './clock.ts';

describe('a clock beside the database’s', () => {
  it.each([
    { aheadMs: 0, withinMs: 1, code: null },
    { aheadMs: 2_000, withinMs: 0, code: null },
    { aheadMs: -2_000, withinMs: 0, code: null },
    // A slow answer proves nothing.
    { aheadMs: 4_000, withinMs: 2_500, code: null },
    { aheadMs: 2_100, withinMs: 20, code: 'clock_ahead' },
    { aheadMs: -8_000, withinMs: 20, code: 'clock_behind' },
    { aheadMs: 3_600_000, withinMs: 20, code: 'clock_ahead' },
  ])('$aheadMs ms ahead, known within $withinMs ms: $code', ({ aheadMs, withinMs, code }) => {
    expect(judgeClock({ aheadMs, withinMs })?.code ?? null).toBe(code);
  });

  it('is told by how much it is off', () => {
    expect(judgeClock({ aheadMs: -8_340, withinMs: 1 })?.message).toMatch(/8\.3 s behind.*NTP/);
  });
});
