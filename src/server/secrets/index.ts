export { SecretBox, type Sealed, type SealedFor } from './secret-box';
export { findSecrets, putSecret, removeSecret, type StoredSecret } from './stored-secrets';
