import { systemClock, type Clock } from '@/server/platform/clock';
import { type AppError, toAppError } from '@/server/platform/errors';
import { Circuit } from './circuit';

export interface ProviderSwitch {
  leg: 'stt' | 'tts';
  /** Ids of the provider that failed and of the one asked instead; null when none was left. */
  from: string;
  to: string | null;
  error: AppError;
}

export interface FallbackOptions {
  /** Told about every switch, for the log and a metric. */
  onSwitch?: (event: ProviderSwitch) => void;
  clock?: Clock;
}

/** Providers in the order of preference, each with what is known of its health. */
export class Candidates<P extends { readonly id: string; check(signal: AbortSignal): Promise<void> }> {
  private readonly all: { provider: P; circuit: Circuit }[];

  constructor(private readonly leg: ProviderSwitch['leg'], providers: readonly P[], private readonly options: FallbackOptions) {
    if (providers.length === 0) throw new RangeError(`No ${leg} provider`);
    this.all = providers.map((provider) => ({ provider, circuit: new Circuit(options.clock ?? systemClock) }));
  }

  get first(): P { return this.all[0]!.provider; }

  /** Those that may be asked now; when all are resting, every one, because refusing without asking helps nobody. */
  *inOrder(): Generator<{ provider: P; circuit: Circuit }> {
    let asked = 0;
    for (const candidate of this.all) if (candidate.circuit.admits()) { asked += 1; yield candidate; }
    if (asked === 0) yield* this.all;
  }

  /** Notes a failure; throws it when the caller cancelled or the request itself was wrong. */
  failed({ provider, circuit }: { provider: P; circuit: Circuit }, thrown: unknown): AppError {
    const error = toAppError(thrown);
    if (error.kind === 'cancelled' || error.kind === 'invalid_input') { circuit.released(); throw error; }
    circuit.failed();
    const next = this.all[this.all.findIndex((candidate) => candidate.provider === provider) + 1];
    this.options.onSwitch?.({ leg: this.leg, from: provider.id, to: next?.provider.id ?? null, error });
    return error;
  }

  /** Ready when any provider is. */
  async check(signal: AbortSignal): Promise<void> {
    let last: unknown;
    for (const { provider } of this.all) {
      try { return await provider.check(signal); } catch (error) { last = error; }
    }
    throw last;
  }
}
