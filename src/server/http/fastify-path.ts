/** `/api/agents/{agent_id}/` as Fastify writes it; the router itself ignores the last slash. */
export const fastifyPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1').replace(/(.)\/$/, '$1');
