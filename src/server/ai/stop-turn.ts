import type { Principal } from '../auth/principal';
import { turnIdOf, type ChatService } from '../chat';
import type { StoppedTurn, StopTurn } from './contract';

/** By its id, or by the key that its request was sent with. */
export async function stopTurn(chat: ChatService, { principal, turn }: { principal: Principal; turn: StopTurn }): Promise<StoppedTurn> {
  const turnId = turn.turn_id ?? turnIdOf(principal, turn.idempotency_key ?? '');
  return { stopped: await chat.stop(principal, turnId) };
}
