import type { Principal } from '../auth/principal';
import type { ConversationRow } from '../chat';
import { conversationNotFound } from '../conversations/get-conversation';
import { storableText } from '../conversations/storable';
import { maySee } from '../conversations/visible';
import { AppError } from '../platform/errors';

const NOBODY = 'api-user';

/** Additive: whoever's, of those that the caller may see at all. */
export const EVERYBODY = '*';

/** Whose conversations are meant: what the client says, else who is signed in. */
export const labelOf = (principal: Principal, userId: string | undefined): string => (userId === undefined ? undefined : storableText(userId)) ?? (principal.kind === 'user' ? principal.label : NOBODY);

/** The page's access control. The label is the client's own word: what really parts people is the workspace, and the scope of the key. */
export const assertLabel = (principal: Principal, userLabel: string) => (conversation: Pick<ConversationRow, 'id' | 'userId' | 'channel' | 'userLabel'>): void => {
  if (!maySee(principal, conversation)) throw conversationNotFound(conversation.id);
  if (userLabel !== EVERYBODY && conversation.userLabel !== userLabel) throw new AppError('forbidden', 'Access denied');
};
