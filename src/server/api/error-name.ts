/** Paths whose documented body is `{"error": …}`; everywhere else it is `{"detail": …}`. */
const ERROR_NAME = /^\/api\/(threads|files|models|default-config)(\/|$)/;

export const errorNameOf = (path: string): 'detail' | 'error' => (ERROR_NAME.test(path) ? 'error' : 'detail');
