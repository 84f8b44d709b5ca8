/** Under which names a trunk's passwords are in `secrets`. */
export const trunkSecretNames = (trunkId: string) => ({ password: `trunk/${trunkId}/password`, callerPassword: `trunk/${trunkId}/caller-password` });
