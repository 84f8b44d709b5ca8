export { SecretBox, type Sealed, type SealedFor } from './secret-box';
export { findSecrets, keepSecret, putSecret, removeSecret, type StoredSecret } from './stored-secrets';
