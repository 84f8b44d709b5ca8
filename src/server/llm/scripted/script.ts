import { z } from 'zod';

const step = z.union([
  z.object({ text: z.string() }).strict(),
  z.object({ toolCall: z.object({ name: z.string(), args: z.record(z.string(), z.unknown()).default({}) }) }).strict(),
  z.object({ pauseMs: z.number().min(0) }).strict(),
  /** The provider fails here: with an HTTP status, or (without) as a connection that dies. */
  z.object({ fail: z.object({ status: z.number().int().optional(), message: z.string().default('scripted failure'), retryAfterSeconds: z.number().optional() }) }).strict(),
  /** Never says anything more; only cancellation or a time-out ends it. */
  z.object({ hang: z.literal(true) }).strict(),
]);

const reply = z.object({
  /** A pattern the person's last words must match, ignoring case; absent matches everything. */
  when: z.string().optional(),
  /** `tool`: only right after a tool's result; `user`: only right after the person spoke. */
  after: z.enum(['user', 'tool']).optional(),
  /** How often it may be used; then the next matching reply answers. */
  times: z.number().int().min(1).optional(),
  firstTokenMs: z.number().min(0).optional(),
  tokenMs: z.number().min(0).optional(),
  steps: z.array(step).min(1),
}).strict();

const script = z.object({
  firstTokenMs: z.number().min(0).default(0),
  tokenMs: z.number().min(0).default(0),
  /** The first that matches answers. */
  replies: z.array(reply).min(1),
}).strict();

const scripts = z.record(z.string(), script);

export type Script = z.infer<typeof script>;
export type ScriptInput = z.input<typeof script>;
export type ScriptReply = Script['replies'][number];
export type Scripts = Record<string, Script>;

export const parseScripts = (value: unknown): Scripts => scripts.parse(value);
export const parseScript = (value: ScriptInput): Script => script.parse(value);
