import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { ENCRYPTION_KEY_FORM, parseEncryptionKey } from './encryption-key';
import { Secret } from './secret';

/**
 * Every setting of Parley, read from the environment in this one file. `loadConfig` is pure: it reports all
 * problems at once, each with the variable's name and the mend, and returns a frozen, grouped object.
 */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`Bad settings:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

const text = z.string().trim().min(1);
const port = z.coerce.number({ error: 'must be a port number' }).int().min(0, 'must be 0 to 65535').max(65535, 'must be 0 to 65535');
const flag = z.enum(['true', 'false', '1', '0', 'yes', 'no'], { error: 'must be true or false' }).transform((value) => ['true', '1', 'yes'].includes(value));
const httpUrl = text.refine((value) => /^https?:\/\//.test(value) && URL.canParse(value), 'must be a URL that begins with http:// or https://')
  .refine((value) => !URL.canParse(value) || new URL(value).username + new URL(value).password === '', 'must not contain a user name or password'); // /api/v1/info shows some
const list = <T extends z.ZodType<unknown, string>>(item: T) =>
  text.transform((value) => value.split(',').map((part) => part.trim()).filter(Boolean)).pipe(z.array(item));
const cidr = text.refine((value) => ipaddr.isValidCIDR(value), 'must be a comma-separated list of networks such as 192.168.0.0/16');
const secret = text.transform((value) => new Secret(value));
const encryptionKey = text.refine((value) => parseEncryptionKey(value) !== null, ENCRYPTION_KEY_FORM);

/** Tokens and secrets go there: in the clear only within the machine. */
function isSafeIssuer(value: string): boolean {
  if (!URL.canParse(value)) return true; // said by the rule before
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

const schema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),

  HOST: text.default('127.0.0.1'), // loopback until the operator decides otherwise
  PORT: port.default(3000),
  REALTIME_HOST: text.optional(),
  REALTIME_PORT: port.optional(),
  STENTOR_HOST: text.optional(),
  STENTOR_PORT: port.optional(),
  PUBLIC_URL: httpUrl.optional(),
  TRUSTED_PROXIES: list(cidr).default([]),
  TLS_CERT: text.optional(),
  TLS_KEY: text.optional(),

  PARLEY_DATA_DIR: text.default('data'),
  DATABASE_URL: text.refine((value) => /^postgres(ql)?:\/\//.test(value), 'must begin with postgres://').optional(),
  DATABASE_POOL: z.coerce.number().int().min(1).max(100).default(10),

  AUTH_SECRET: secret.optional(),
  ENCRYPTION_KEY: encryptionKey.transform((value) => new Secret(value)).optional(),
  ENCRYPTION_KEY_PREVIOUS: list(encryptionKey).transform((keys) => keys.map((key) => new Secret(key))).default([]), // opens what an older key sealed, until npm run secrets:rotate
  PARLEY_ADMIN_EMAIL: z.email('must be an e-mail address').default('admin@parley.local'),
  PARLEY_ADMIN_PASSWORD: text.min(10, 'must have at least 10 characters').transform((value) => new Secret(value)).optional(),
  PARLEY_API_KEY: text.min(20, 'must have at least 20 characters').transform((value) => new Secret(value)).optional(),
  OIDC_ISSUER: httpUrl.refine(isSafeIssuer, 'must begin with https:// (http:// is for localhost)').optional(),
  OIDC_CLIENT_ID: text.optional(),
  OIDC_CLIENT_SECRET: secret.optional(),
  OIDC_NAME: text.max(40, 'must have at most 40 characters').default('Single sign-on'), // what the button says
  PARLEY_OPEN_NETWORKS: list(cidr).default([]),
  PARLEY_EGRESS_ALLOW: list(cidr).default([]),

  AI_ENABLED: flag.default(true),
  LLM_MODEL: text.optional(),
  OPENAI_API_KEY: secret.optional(),
  OPENAI_BASE_URL: httpUrl.optional(),
  ANTHROPIC_API_KEY: secret.optional(),
  GOOGLE_GENERATIVE_AI_API_KEY: secret.optional(),
  GROQ_API_KEY: secret.optional(),
  MISTRAL_API_KEY: secret.optional(),
  COHERE_API_KEY: secret.optional(),
  OPENROUTER_API_KEY: secret.optional(),
  DEEPGRAM_API_KEY: secret.optional(),
  ELEVENLABS_API_KEY: secret.optional(),
  PARLEY_SCRIPT: text.optional(), // tests and benchmarks: a JSON file that the scripted/… models replay

  STENTOR_STT_URL: list(httpUrl).default([]), // several: the next one answers when the one before fails
  STENTOR_TTS_URL: list(httpUrl).default([]),
  STENTOR_STT_MODEL: text.optional(),
  STENTOR_TTS_MODEL: text.optional(),
  STENTOR_TTS_VOICE: text.optional(),
  STENTOR_AGENT_URL: httpUrl.optional(),
  STENTOR_AUDIO_SAMPLE_RATE: z.coerce.number().refine((rate) => [8000, 16000, 24000, 48000].includes(rate), 'must be 8000, 16000, 24000 or 48000').default(16000),
  STENTOR_AUDIO_CHANNELS: z.coerce.number().refine((channels) => channels === 1, 'must be 1').default(1),
  STENTOR_AUDIO_SAMPLE_WIDTH: z.coerce.number().refine((width) => width === 16 || width === 2, 'must be 16').default(16),
  STENTOR_LOG_LEVEL: text.toLowerCase().pipe(z.enum(['debug', 'info', 'warning', 'warn', 'error', 'critical', 'trace', 'fatal', 'silent'])).default('info'),

  SIP_DOMAIN: text.optional(), // with it there is a first trunk
  SIP_USER: text.optional(),
  SIP_PASSWORD: secret.optional(), // with it we register; without, it is a trunk that knows our address
  SIP_REGISTRAR: text.regex(/^[^\s/:]+(:\d{1,5})?$/, 'must be a host, or host:port').optional(),
  SIP_TRANSPORT: text.toLowerCase().pipe(z.enum(['udp', 'tcp'], { error: 'must be udp or tcp' })).default('udp'),
  SIP_HOST: z.ipv4('must be an IPv4 address of this machine').default('0.0.0.0'), // a telephone that only this machine can ring is none
  SIP_PORT: port.default(5060),
  SIP_PUBLIC_ADDRESS: z.ipv4('must be an IPv4 address').optional(),
  SIP_ALLOWED_ADDRESSES: list(text.refine((value) => ipaddr.isValid(value) || ipaddr.isValidCIDR(value), 'must be a comma-separated list of addresses and networks such as 203.0.113.7,198.51.100.0/24')).default([]),
  RTP_PORT_MIN: z.coerce.number().int().min(1024, 'must be 1024 to 65534').max(65534, 'must be 1024 to 65534').default(10_000),
  RTP_PORT_MAX: z.coerce.number().int().min(1025, 'must be 1025 to 65535').max(65535, 'must be 1025 to 65535').default(10_999), // two ports a call: five hundred
  CALL_QUEUE_MAX_CONCURRENT: z.coerce.number().int().min(1, 'must be 1 to 1000').max(1000, 'must be 1 to 1000').default(1), // calls that are placed at once

  FILE_MAX_MEGABYTES: z.coerce.number().int().min(1, 'must be 1 to 100').max(100, 'must be 1 to 100').default(20), // an attachment
  FILE_MAX_PAGES: z.coerce.number().int().min(1, 'must be 1 to 5000').max(5000, 'must be 1 to 5000').default(500),

  PARLEY_MAX_SESSIONS: z.coerce.number().int().min(1).default(200),

  // Set by the supervisor for the processes it starts.
  PARLEY_SPEECH_URL: httpUrl.optional(),
  PARLEY_SPEECH_PORT: port.default(0),
  PARLEY_REALTIME_URL: httpUrl.optional(),
  PARLEY_DATABASE_EMBEDDED: flag.default(false),
});

const LOG_LEVELS: Record<string, string> = { warning: 'warn', critical: 'fatal' };

export const VENDOR_KEYS = {
  openai: 'OPENAI_API_KEY', anthropic: 'ANTHROPIC_API_KEY', google: 'GOOGLE_GENERATIVE_AI_API_KEY',
  groq: 'GROQ_API_KEY', mistral: 'MISTRAL_API_KEY', cohere: 'COHERE_API_KEY', openrouter: 'OPENROUTER_API_KEY',
} as const;
export type Vendor = keyof typeof VENDOR_KEYS;

/** Speech model names that the local speech process answers to. */
export const LOCAL_SPEECH = { sttModel: 'moonshine-tiny', ttsModel: 'flite', ttsVoice: 'slt' } as const;

export interface SpeechServer {
  url: string;
  /** Our own speech process, which the supervisor started. */
  local: boolean;
  apiKey: Secret | undefined;
}

export type Config = ReturnType<typeof loadConfig>;

export function loadConfig(environment: Record<string, string | undefined>) {
  // An empty variable is an unset one: that is what `KEY=` in a .env file means to people.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = schema.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`);
  const oidcNames = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
  const missing = oidcNames.filter((name) => !given[name]);
  if (missing.length > 0 && missing.length < oidcNames.length) problems.push(`${missing.join(', ')}: set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or none of them`);
  if (Boolean(given.TLS_CERT) !== Boolean(given.TLS_KEY)) problems.push('TLS_CERT and TLS_KEY: set both or neither');
  if (parsed.success && parsed.data.RTP_PORT_MAX - parsed.data.RTP_PORT_MIN < 3) problems.push('RTP_PORT_MIN and RTP_PORT_MAX: leave room for at least two calls, which take two ports each');
  if (parsed.success && parsed.data.SIP_DOMAIN && !parsed.data.SIP_USER) problems.push('SIP_USER: required with SIP_DOMAIN: the extension at the PBX, or any name on a trunk without registration');
  if (given.DATABASE_URL && !isTrue(given.PARLEY_DATABASE_EMBEDDED) && (given.NODE_ENV ?? 'production') === 'production')
    for (const name of ['AUTH_SECRET', 'ENCRYPTION_KEY'])
      if (!given[name]) problems.push(`${name}: required with DATABASE_URL, so that every node shares it; make one with: openssl rand -base64 32`);
  if (!parsed.success || problems.length > 0) throw new ConfigError([...new Set(problems)]);
  const value = parsed.data;

  const localStt = value.STENTOR_STT_URL.length === 0;
  const localTts = value.STENTOR_TTS_URL.length === 0;
  const local: SpeechServer[] = value.PARLEY_SPEECH_URL ? [{ url: value.PARLEY_SPEECH_URL, local: true, apiKey: undefined }] : [];
  // The key goes to the vendor it belongs to, never to another speech server.
  const keyOrigin = new URL(value.OPENAI_BASE_URL ?? 'https://api.openai.com').origin;
  const remote = (url: string): SpeechServer => ({ url, local: false, apiKey: new URL(url).origin === keyOrigin ? value.OPENAI_API_KEY : undefined });
  const realtimePort = value.REALTIME_PORT ?? value.STENTOR_PORT ?? 8600;

  return deepFreeze({
    mode: value.NODE_ENV,
    dataDir: resolve(value.PARLEY_DATA_DIR),
    logLevel: LOG_LEVELS[value.STENTOR_LOG_LEVEL] ?? value.STENTOR_LOG_LEVEL,
    web: {
      host: value.HOST,
      port: value.PORT,
      publicUrl: value.PUBLIC_URL?.replace(/\/+$/, ''),
      trustedProxies: value.TRUSTED_PROXIES,
      tls: value.TLS_CERT && value.TLS_KEY ? { cert: value.TLS_CERT, key: value.TLS_KEY } : undefined,
    },
    realtime: {
      host: value.REALTIME_HOST ?? value.STENTOR_HOST ?? value.HOST,
      port: realtimePort,
      /** Where web reaches this machine's realtime process. */
      url: value.PARLEY_REALTIME_URL ?? `${value.TLS_CERT ? 'https' : 'http'}://${reachable(value.REALTIME_HOST ?? value.STENTOR_HOST ?? value.HOST)}:${realtimePort}`,
      maxSessions: value.PARLEY_MAX_SESSIONS,
    },
    database: { url: value.DATABASE_URL, pool: value.DATABASE_POOL, embedded: value.PARLEY_DATABASE_EMBEDDED || !value.DATABASE_URL },
    secrets: { auth: value.AUTH_SECRET, encryption: value.ENCRYPTION_KEY, previousEncryption: value.ENCRYPTION_KEY_PREVIOUS },
    firstStart: { adminEmail: value.PARLEY_ADMIN_EMAIL, adminPassword: value.PARLEY_ADMIN_PASSWORD, apiKey: value.PARLEY_API_KEY },
    /** Single sign-on, when the operator set it up. */
    oidc: value.OIDC_ISSUER && value.OIDC_CLIENT_ID && value.OIDC_CLIENT_SECRET
      ? { issuer: value.OIDC_ISSUER, clientId: value.OIDC_CLIENT_ID, clientSecret: value.OIDC_CLIENT_SECRET, name: value.OIDC_NAME }
      : undefined,
    network: { open: value.PARLEY_OPEN_NETWORKS, egressAllow: value.PARLEY_EGRESS_ALLOW },
    ai: {
      enabled: value.AI_ENABLED,
      model: value.LLM_MODEL,
      openaiBaseUrl: value.OPENAI_BASE_URL,
      scriptFile: value.PARLEY_SCRIPT,
      keys: Object.fromEntries(Object.entries(VENDOR_KEYS).map(([vendor, name]) => [vendor, value[name]])) as Record<Vendor, Secret | undefined>,
    },
    speech: {
      localPort: value.PARLEY_SPEECH_PORT,
      needsLocal: localStt || localTts,
      stt: { servers: localStt ? local : value.STENTOR_STT_URL.map(remote), model: value.STENTOR_STT_MODEL ?? (localStt ? LOCAL_SPEECH.sttModel : 'Systran/faster-whisper-small') },
      tts: {
        servers: localTts ? local : value.STENTOR_TTS_URL.map(remote),
        model: value.STENTOR_TTS_MODEL ?? (localTts ? LOCAL_SPEECH.ttsModel : 'kokoro'),
        voice: value.STENTOR_TTS_VOICE ?? (localTts ? LOCAL_SPEECH.ttsVoice : 'af_heart'),
      },
    },
    sip: {
      host: value.SIP_HOST, port: value.SIP_PORT, publicAddress: value.SIP_PUBLIC_ADDRESS,
      rtpPorts: { min: value.RTP_PORT_MIN, max: value.RTP_PORT_MAX },
      /** The first trunk; more are added in the console. */
      trunk: value.SIP_DOMAIN && value.SIP_USER
        ? { domain: value.SIP_DOMAIN, user: value.SIP_USER, password: value.SIP_PASSWORD, registrar: value.SIP_REGISTRAR, transport: value.SIP_TRANSPORT, allowedAddresses: value.SIP_ALLOWED_ADDRESSES }
        : undefined,
    },
    files: { maxBytes: value.FILE_MAX_MEGABYTES * 1_000_000, maxPages: value.FILE_MAX_PAGES },
    calls: { maxConcurrent: value.CALL_QUEUE_MAX_CONCURRENT },
    gateway: { agentUrl: value.STENTOR_AGENT_URL, sampleRate: value.STENTOR_AUDIO_SAMPLE_RATE, channels: 1, sampleWidth: 16 },
  });
}

/** The address under which a process on this machine reaches one that listens on `host`. */
const reachable = (host: string) => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host);

const isTrue = (value: string | undefined) => value === 'true' || value === '1' || value === 'yes';

function deepFreeze<T extends object>(object: T): Readonly<T> {
  for (const child of Object.values(object)) if (typeof child === 'object' && child !== null && !(child instanceof Secret)) deepFreeze(child);
  return Object.freeze(object);
}
