/**
 * A SIP message as text: the start line, the header fields in order, and the body. The fixes around sip.js work on this;
 * sip.js itself parses the text again by its own grammar.
 */
export interface HeaderField { name: string; value: string }

/** RFC 3261 section 7.3.3 and the IANA registry: one letter for the most used. */
const COMPACT = new Map(Object.entries({
  v: 'Via', f: 'From', t: 'To', m: 'Contact', i: 'Call-ID', l: 'Content-Length', c: 'Content-Type', e: 'Content-Encoding', k: 'Supported', s: 'Subject', r: 'Refer-To',
}));
const MAX_HEADERS = 200;
/** As much as over a stream. Longer lines are nobody's: sip.js' grammar and our own patterns would be kept busy by them. */
const MAX_HEAD_CHARACTERS = 16_384;
const MAX_LINE_CHARACTERS = 4_096;
const REQUEST_LINE = /^([!%'*+\-.\w`~]{1,32}) (\S{1,2000}) SIP\/2\.0$/;
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d) ?(.*)$/;

export class SipText {
  private constructor(public startLine: string, readonly headers: HeaderField[], readonly body: string) {}

  /** Null when it has no shape of SIP at all; everything finer is for sip.js to judge. */
  static parse(text: string): SipText | null {
    const end = text.indexOf('\r\n\r\n');
    if (end < 0 || end > MAX_HEAD_CHARACTERS) return null;
    // Section 7.3.1: a line that begins with white space goes on with the one before.
    const [startLine, ...lines] = text.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n');
    if (!startLine || lines.length > MAX_HEADERS || !(REQUEST_LINE.test(startLine) || STATUS_LINE.test(startLine))) return null;
    const headers: HeaderField[] = [];
    for (const line of lines) {
      if (line.length > MAX_LINE_CHARACTERS) return null;
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).trim();
      if (colon < 1 || !/^[!%'*+\-.\w`~]+$/.test(name)) return null;
      const field = { name: COMPACT.get(name.toLowerCase()) ?? name, value: line.slice(colon + 1).trim() };
      // Several Via in one line are the same as several lines (section 7.3.1); the top one is about to be changed.
      if (field.name.toLowerCase() === 'via') for (const value of splitList(field.value)) headers.push({ name: 'Via', value });
      else headers.push(field);
    }
    return new SipText(startLine, headers, text.slice(end + 4));
  }

  get isResponse(): boolean { return this.startLine.startsWith('SIP/2.0 '); }
  /** 0 for a request. */
  get status(): number { return this.isResponse ? Number(this.startLine.slice(8, 11)) : 0; }
  /** Of a request, or that a response answers. */
  get method(): string { return this.isResponse ? (this.get('CSeq') ?? '').split(/\s+/)[1] ?? '' : this.startLine.slice(0, this.startLine.indexOf(' ')); }
  get requestUri(): string { return this.startLine.split(' ')[1] ?? ''; }
  set requestUri(uri: string) { this.startLine = `${this.method} ${uri} SIP/2.0`; }
  /** Section 17.1.3: names the transaction. */
  get branch(): string { return /;\s*branch=([^;,\s]+)/i.exec(this.get('Via') ?? '')?.[1] ?? ''; }
  get toTag(): string | undefined { return /;\s*tag=([^;,\s>]+)/i.exec((this.get('To') ?? '').replace(/^.*>/, ''))?.[1]; }

  get(name: string): string | undefined { return this.headers.find((field) => same(field.name, name))?.value; }
  all(name: string): string[] { return this.headers.filter((field) => same(field.name, name)).map(({ value }) => value); }

  /** The first of that name, or a new one at the end. */
  set(name: string, value: string): void {
    const field = this.headers.find((each) => same(each.name, name));
    if (field) field.value = value;
    else this.headers.push({ name, value });
  }

  remove(name: string): void {
    for (let index = this.headers.length - 1; index >= 0; index--) if (same(this.headers[index]!.name, name)) this.headers.splice(index, 1);
  }

  toString(): string { return `${this.startLine}\r\n${this.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')}\r\n${this.body}`; }
}

const same = (a: string, b: string): boolean => a.length === b.length && a.toLowerCase() === b.toLowerCase();

/** At commas outside quotation marks and angle brackets. */
export function splitList(value: string): string[] {
  const parts: string[] = [];
  let [from, quoted, angle] = [0, false, false];
  for (let at = 0; at < value.length; at++) {
    const character = value[at];
    if (character === '\\' && quoted) at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '<') angle = true;
    else if (!quoted && character === '>') angle = false;
    else if (!quoted && !angle && character === ',') { parts.push(value.slice(from, at).trim()); from = at + 1; }
  }
  parts.push(value.slice(from).trim());
  return parts.filter(Boolean);
}

/** User, host and port of a SIP URI or a name-addr around one; null for anything else. */
export function parseSipUri(text: string): { user: string | undefined; host: string; port: number | undefined; transport: string | undefined } | null {
  const match = /sips?:(?:([^@>\s]{0,512})@)?(\[[^\]]+\]|[^:;?>\s]+)(?::(\d{1,5}))?([^>\s]*)/i.exec(text);
  if (!match) return null;
  const user = match[1]?.split(/[;:]/)[0];
  return {
    user: user === undefined ? undefined : decode(user), host: match[2]!.replace(/^\[|\]$/g, ''), port: match[3] ? Number(match[3]) : undefined,
    transport: /;transport=(\w+)/i.exec(match[4] ?? '')?.[1]?.toLowerCase(),
  };
}

function decode(user: string): string {
  try { return decodeURIComponent(user); } catch { return user; }
}
