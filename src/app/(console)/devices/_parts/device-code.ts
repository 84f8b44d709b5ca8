/** Where devices connect: the origin of the page, which carries WebSockets too. */
export const realtimeUrl = (origin: string): string => `${origin.replace(/^http/, 'ws')}/api/v1/realtime`;

/** The address as a device on the network must write it: it cannot reach "localhost". */
export const isLoopback = (origin: string): boolean => /^(localhost|127\.|\[::1\])/.test(new URL(origin).host);

/** For the WebSockets library of Markus Sattler, the usual one on an ESP32. */
export function arduinoCode(origin: string, token: string): string {
  const { hostname, port, protocol } = new URL(origin);
  const secure = protocol === 'https:';
  return `#include <WiFi.h>
#include <WebSocketsClient.h>

WebSocketsClient parley;

void onEvent(WStype_t type, uint8_t *payload, size_t length) {
  if (type == WStype_CONNECTED)
    parley.sendTXT("{\\"type\\":\\"session.start\\",\\"turn_detection\\":{\\"type\\":\\"server_vad\\"}}");
  // WStype_TEXT: session.created, transcript.done, response.audio.delta, …
}

void setup() {
  WiFi.begin("YOUR-NETWORK", "YOUR-PASSWORD");
  parley.setExtraHeaders("Authorization: Bearer ${token}");
  parley.${secure ? 'beginSSL' : 'begin'}("${hostname}", ${port || (secure ? 443 : 80)}, "/api/v1/realtime");
  parley.onEvent(onEvent);
  parley.setReconnectInterval(3000);
}

void loop() { parley.loop(); }`;
}

export const shellCode = (origin: string, token: string): string =>
  `export PARLEY_API_KEY=${token}\nexport PARLEY_REALTIME=${origin.replace(/^http/, 'ws')}\nnode docs/examples/talk.mjs "What time is it?"`;
