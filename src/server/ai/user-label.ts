import type { Principal } from '../auth/principal';
import type { ConversationRow } from '../chat';
import { storableText } from '../conversations/storable';
import { AppError } from '../platform/errors';

const NOBODY = 'api-user';

/** Additive: whoever's. It opens nothing that a key would not open anyhow. */
export const EVERYBODY = '*';

/** Whose conversations are meant: what the client says, else who is signed in. */
export const labelOf = (principal: Principal, userId: string | undefined): string => (userId === undefined ? undefined : storableText(userId)) ?? (principal.kind === 'user' ? principal.label : NOBODY);

/** The page's access control. The label is the client's own word: what really parts people is the workspace. */
export const assertLabel = (userLabel: string) => (conversation: Pick<ConversationRow, 'userLabel'>): void => {
  if (userLabel !== EVERYBODY && conversation.userLabel !== userLabel) throw new AppError('forbidden', 'Access denied');
};
