import { createHash } from 'node:crypto';

/** RFC 9562 section 5.5: the same name in the same namespace is the same id, always. */
export function namedUuid(namespace: string, name: string): string {
  const bytes = createHash('sha1').update(Buffer.from(namespace.replaceAll('-', ''), 'hex')).update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Of what a client calls its request: two clients may use the same words. */
export const turnIdOf = (principal: { id: string }, key: string): string => namedUuid(principal.id, `turn ${key}`);

/**
 * A turn's messages, and the conversation that it begins if it begins one, have ids that follow from its own, so that a turn that is sent again finds what it left, by primary
 * key. The principal's id is in it: a turn id is a client's to choose, and must not hit upon another one's messages.
 */
export const messageIdsOf = (principal: { id: string; workspaceId: string }, turnId: string) => {
  const scope = `${principal.workspaceId} ${principal.id}`;
  return { messageId: namedUuid(turnId, `reply ${scope}`), userMessageId: namedUuid(turnId, `question ${scope}`), newConversationId: namedUuid(turnId, `conversation ${scope}`) };
};
