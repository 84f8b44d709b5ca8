/** Countries, states and nicknames that IANA's names do not carry; where a country has several zones, its capital's. */
const OTHER_NAMES: Record<string, string> = {
  utc: 'Etc/UTC', gmt: 'Etc/GMT', 'greenwich mean time': 'Etc/GMT', 'universal time': 'Etc/UTC',
  eastern: 'America/New_York', 'eastern time': 'America/New_York', 'eastern standard time': 'America/New_York',
  central: 'America/Chicago', 'central time': 'America/Chicago', mountain: 'America/Denver', 'mountain time': 'America/Denver',
  pacific: 'America/Los_Angeles', 'pacific time': 'America/Los_Angeles', 'pacific standard time': 'America/Los_Angeles',
  california: 'America/Los_Angeles', 'san francisco': 'America/Los_Angeles', seattle: 'America/Los_Angeles', 'san diego': 'America/Los_Angeles',
  'las vegas': 'America/Los_Angeles', oregon: 'America/Los_Angeles', colorado: 'America/Denver', utah: 'America/Denver', arizona: 'America/Phoenix',
  texas: 'America/Chicago', dallas: 'America/Chicago', houston: 'America/Chicago', austin: 'America/Chicago', illinois: 'America/Chicago',
  florida: 'America/New_York', miami: 'America/New_York', atlanta: 'America/New_York', boston: 'America/New_York', philadelphia: 'America/New_York',
  washington: 'America/New_York', 'washington dc': 'America/New_York', 'new york city': 'America/New_York', hawaii: 'Pacific/Honolulu', alaska: 'America/Anchorage',
  montreal: 'America/Toronto', ottawa: 'America/Toronto', canada: 'America/Toronto', mexico: 'America/Mexico_City', brazil: 'America/Sao_Paulo',
  'rio de janeiro': 'America/Sao_Paulo', argentina: 'America/Argentina/Buenos_Aires', chile: 'America/Santiago', peru: 'America/Lima', colombia: 'America/Bogota',
  england: 'Europe/London', 'great britain': 'Europe/London', 'the uk': 'Europe/London', uk: 'Europe/London', 'united kingdom': 'Europe/London', scotland: 'Europe/London',
  wales: 'Europe/London', ireland: 'Europe/Dublin', france: 'Europe/Paris', germany: 'Europe/Berlin', munich: 'Europe/Berlin', hamburg: 'Europe/Berlin',
  frankfurt: 'Europe/Berlin', spain: 'Europe/Madrid', barcelona: 'Europe/Madrid', portugal: 'Europe/Lisbon', italy: 'Europe/Rome', milan: 'Europe/Rome',
  switzerland: 'Europe/Zurich', geneva: 'Europe/Zurich', austria: 'Europe/Vienna', 'the netherlands': 'Europe/Amsterdam', netherlands: 'Europe/Amsterdam',
  holland: 'Europe/Amsterdam', belgium: 'Europe/Brussels', denmark: 'Europe/Copenhagen', sweden: 'Europe/Stockholm', norway: 'Europe/Oslo', finland: 'Europe/Helsinki',
  poland: 'Europe/Warsaw', greece: 'Europe/Athens', turkey: 'Europe/Istanbul', ukraine: 'Europe/Kyiv', kiev: 'Europe/Kyiv', kyiv: 'Europe/Kyiv', russia: 'Europe/Moscow',
  egypt: 'Africa/Cairo', kenya: 'Africa/Nairobi', nigeria: 'Africa/Lagos', 'south africa': 'Africa/Johannesburg', 'cape town': 'Africa/Johannesburg', morocco: 'Africa/Casablanca',
  israel: 'Asia/Jerusalem', 'tel aviv': 'Asia/Jerusalem', 'abu dhabi': 'Asia/Dubai', 'saudi arabia': 'Asia/Riyadh', iran: 'Asia/Tehran', pakistan: 'Asia/Karachi',
  india: 'Asia/Kolkata', mumbai: 'Asia/Kolkata', bombay: 'Asia/Kolkata', delhi: 'Asia/Kolkata', 'new delhi': 'Asia/Kolkata', bangalore: 'Asia/Kolkata', kolkata: 'Asia/Kolkata',
  chennai: 'Asia/Kolkata', nepal: 'Asia/Kathmandu', kathmandu: 'Asia/Kathmandu', bangladesh: 'Asia/Dhaka', thailand: 'Asia/Bangkok', vietnam: 'Asia/Ho_Chi_Minh',
  hanoi: 'Asia/Ho_Chi_Minh', 'ho chi minh city': 'Asia/Ho_Chi_Minh', saigon: 'Asia/Ho_Chi_Minh', indonesia: 'Asia/Jakarta', 'the philippines': 'Asia/Manila', philippines: 'Asia/Manila',
  china: 'Asia/Shanghai', beijing: 'Asia/Shanghai', taiwan: 'Asia/Taipei', japan: 'Asia/Tokyo', osaka: 'Asia/Tokyo', korea: 'Asia/Seoul', 'south korea': 'Asia/Seoul',
  australia: 'Australia/Sydney', canberra: 'Australia/Sydney', 'new zealand': 'Pacific/Auckland', wellington: 'Pacific/Auckland',
};

let cities: Map<string, string> | undefined;

/** IANA's own cities ("Asia/Tokyo" → "tokyo"), made at first use: listing them takes some milliseconds. */
function knownCities(): Map<string, string> {
  cities ??= new Map(Intl.supportedValuesOf('timeZone').map((zone) => [(zone.split('/').at(-1) ?? zone).replaceAll('_', ' ').toLowerCase(), zone]));
  return cities;
}

export interface Place {
  /** As it is said: "Tokyo", "the UK". */
  spoken: string;
  /** Absent when the place is not known. */
  zone: string | undefined;
}

/** The place a question about the time names, if any: "… in new york right now?" → New York. */
export function placeIn(text: string): Place | undefined {
  const zone = /\b([a-z]+\/[a-z_/]+)\b/i.exec(text)?.[1];
  const canonical = zone === undefined ? undefined : canonicalZone(zone);
  if (canonical !== undefined) return { spoken: (canonical.split('/').at(-1) ?? canonical).replaceAll('_', ' '), zone: canonical };
  const said = /\b(?:in|at|for|over in)\s+(?:city of\s+)?([a-z][a-z .'-]*)/i.exec(text)?.[1] ?? /\b((?:eastern|central|mountain|pacific)(?: standard)? time|utc|gmt)\b/i.exec(text)?.[1];
  if (said === undefined) return undefined;
  const name = said.toLowerCase().replace(/[.']/g, '').replace(/\b(?:right now|now|today|please|currently|at the moment|this moment|time|city|exactly)\b/g, ' ').replace(/\s+/g, ' ').trim();
  const bare = name.replace(/^the /, '');
  if (bare === '' || /^(?:my|this|our|your|here|there)\b/.test(bare)) return undefined;
  const found = OTHER_NAMES[name] ?? OTHER_NAMES[bare] ?? OTHER_NAMES[said.toLowerCase().trim()] ?? knownCities().get(bare);
  return { spoken: titled(name), zone: found };
}

/** The zone in its proper spelling, or undefined when there is none of that name. */
function canonicalZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const titled = (name: string) => name.replace(/\b(?!the\b|of\b|de\b)[a-z]/g, (letter) => letter.toUpperCase()).replace(/\b(Uk|Utc|Gmt|Dc)\b/g, (abbreviation) => abbreviation.toUpperCase());
