import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallControl } from '@/server/calls/call-control';
import { CONTROL_PATHS, controlToken, credentialHolder, spokenIntoCall, type ControlSession, type CredentialHolder } from '@/server/sessions/control-contract';
import { AppError } from '@/server/platform/errors';
import type { Secret } from '@/server/platform/secret';
import type { EndReason, SessionSnapshot } from '../ports';

export interface ControlRoutesOptions {
  secret: Secret;
  sessions: { snapshots(): SessionSnapshot[]; close(sessionId: string, reason: EndReason): Promise<boolean> };
  /** Ends every connection that these credentials opened; how many there were. */
  closeOf(who: CredentialHolder): Promise<number>;
  /** Calls of this node; none without a telephone. */
  calls?: CallControl | undefined;
  metrics(): Promise<string>;
}

/** What the other processes of this installation may ask of a node. Same port as the gateway, another key. */
export function registerControlRoutes(app: FastifyInstance, options: ControlRoutesOptions): void {
  const expected = Buffer.from(`Bearer ${controlToken(options.secret)}`);
  const authorize = (request: FastifyRequest) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new AppError('not_found', 'Not Found'); // there is nothing here for anybody else
  };
  app.get(CONTROL_PATHS.sessions, (request) => {
    authorize(request);
    return options.sessions.snapshots().map(present);
  });
  app.delete<{ Params: { id: string } }>(`${CONTROL_PATHS.sessions}/:id`, async (request, reply) => {
    authorize(request);
    if (!(await options.sessions.close(request.params.id, 'closed_by_operator'))) throw new AppError('not_found', 'No such session');
    return reply.code(204).send();
  });
  app.post(CONTROL_PATHS.close, async (request) => {
    authorize(request);
    return { closed: await options.closeOf(credentialHolder.parse(request.body)) };
  });
  const callsOf = () => {
    if (!options.calls) throw new AppError('not_found', 'No such call');
    return options.calls;
  };
  app.post<{ Params: { id: string } }>(`${CONTROL_PATHS.calls}/:id/speak`, async (request, reply) => {
    authorize(request);
    await callsOf().speak(request.params.id, spokenIntoCall.parse(request.body).message);
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>(`${CONTROL_PATHS.calls}/:id`, async (request, reply) => {
    authorize(request);
    await callsOf().hangUp(request.params.id);
    return reply.code(204).send();
  });
  app.get(CONTROL_PATHS.metrics, async (request, reply) => {
    authorize(request);
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await options.metrics());
  });
}

const present = (session: SessionSnapshot): ControlSession => ({
  session_id: session.sessionId,
  conversation_id: session.conversationId,
  workspace_id: session.workspaceId,
  agent_id: session.agentId,
  agent_name: session.agentName,
  principal: { kind: session.principal.kind, id: session.principal.id },
  user_label: session.userLabel,
  channel: session.channel,
  state: session.state,
  started_at: session.startedAt.toISOString(),
  turns: session.turns,
});
