export const openApiDocument = (): object => ({});
