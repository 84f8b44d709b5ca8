import { useSyncExternalStore } from 'react';

const never = (): (() => void) => () => {};

/** False in what the server sends, true once the page listens: a form that is sent before would be sent by the browser itself. */
export const useHydrated = (): boolean => useSyncExternalStore(never, () => true, () => false);
