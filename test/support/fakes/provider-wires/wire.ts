/** What a vendor's refusals and failures quote back; none of it may reach a person. */
export const QUOTED = 'sk-secret-1234 while answering "the prompt"';

/** Counted alike by every vendor: 12 tokens asked, 4 of them cached, 5 answered. */
export const TOKENS = { input: 12, cached: 4, output: 5 } as const;

export interface WireCall { id: string; name: string; args: Record<string, unknown> }

export type Ending = 'stop' | 'tools' | 'refused';

/** A vendor's streamed answers and refusals, byte for byte as it documents them. */
export interface Wire {
  /** Path and query of a streamed request, below the base URL. */
  endpoint: RegExp;
  /** The header that carries the key, as it must arrive for the key `sk-test`. */
  credential: { header: string; value: string } | null;
  begin(): string;
  text(delta: string): string;
  calls(calls: readonly WireCall[]): string;
  /** The end of the answer, with the tokens counted, and what closes the stream. */
  end(why: Ending): string;
  /** What the vendor sends to keep a silent connection open. */
  keepAlive: string;
  /** The vendor fails in the middle of its answer. */
  failure(): string;
  /** An event whose JSON was cut. */
  broken(): string;
  /** The body of an answer with this status. */
  refusal(status: number): unknown;
}

export const dataFrame = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
export const namedFrame = (event: string, value: unknown): string => `event: ${event}\n${dataFrame(value)}`;

/** Arguments in pieces, as models write them. */
export const inPieces = (args: Record<string, unknown>): string[] => JSON.stringify(args).match(/.{1,5}/gs) ?? [];
