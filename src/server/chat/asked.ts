import { storableText } from '../conversations/storable';
import { AppError } from '../platform/errors';
import type { StoredTurn } from './stored-run';

/** What a request asks for, as far as it says: to be told from another one that is sent under the same key. */
export interface Asked {
  conversationId?: string | undefined;
  /** Counts for nothing when it is a retry. */
  text?: string | undefined;
  retryMessageId?: string | undefined;
  agent?: { id?: string | undefined; slug?: string | undefined } | undefined;
}

const otherMessage = () => new AppError('conflict', 'Idempotency-Key: was used for another message already');
const otherRequest = () => new AppError('conflict', 'Idempotency-Key: was used for another request already');

function assertWords(asked: Asked, { isRetry, text }: { isRetry: boolean; text: string }): void {
  if (isRetry !== (asked.retryMessageId !== undefined)) throw otherRequest();
  if (!isRetry && asked.text !== undefined && storableText(asked.text) !== storableText(text)) throw otherMessage();
}

/** @throws AppError conflict when the first one asked for something else */
export function assertSameAsked(asked: Asked, first: Asked): void {
  assertWords(asked, { isRetry: first.retryMessageId !== undefined, text: first.text ?? '' });
  const { id, slug } = asked.agent ?? {};
  if (asked.conversationId !== undefined && asked.conversationId !== first.conversationId) throw otherRequest();
  if (asked.retryMessageId !== first.retryMessageId) throw otherRequest();
  if ((id !== undefined && id !== first.agent?.id) || (slug !== undefined && slug !== first.agent?.slug)) throw otherRequest();
}

/** The same of what is stored; that knows neither which of its replies was asked for again, nor whether the agent was named. */
export function assertSameStored(asked: Asked, { conversationId, isRetry, question }: StoredTurn): void {
  if (asked.conversationId !== undefined && asked.conversationId !== conversationId) throw otherRequest();
  assertWords(asked, { isRetry, text: question });
}
