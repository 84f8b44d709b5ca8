import type { Brain, BrainTurn } from '@/realtime/ports';
import type { TurnEvent } from '@/server/conversations/turn-events';
import { AppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';

/** One step of a reply: words, an event, an error, or something to wait for. */
export type BrainStep = string | TurnEvent | Error | Promise<void>;

/** Says what the script says and stores as the real one does: the question first, then the reply, a partial one too. */
export class FakeBrain implements Brain {
  readonly turns: BrainTurn[] = [];

  constructor(public script: (turn: BrainTurn) => BrainStep[] = () => ['It is ', 'noon.']) {}

  async *runTurn(turn: BrainTurn): AsyncGenerator<TurnEvent> {
    const { workspaceId, conversationId, turnId, store, signal } = turn;
    this.turns.push(turn);
    await store.addMessage({ id: newId(), workspaceId, conversationId, turnId, role: 'user', content: turn.text });
    const messageId = newId();
    let text = '';
    let stored = false;
    const keep = async (status: 'complete' | 'interrupted' | 'failed') => {
      if (stored || (text === '' && status !== 'complete')) return;
      stored = true;
      await store.addMessage({ id: messageId, workspaceId, conversationId, turnId, role: 'assistant', content: text, status });
    };
    try {
      for (const step of this.script(turn)) {
        if (signal.aborted) throw new AppError('cancelled', 'Cancelled');
        if (step instanceof Error) { await keep('failed'); throw step; }
        if (step instanceof Promise) { await Promise.race([step, aborted(signal)]); continue; }
        if (typeof step !== 'string') { yield step; continue; }
        text += step;
        yield { type: 'text-delta', text: step };
      }
      if (signal.aborted) throw new AppError('cancelled', 'Cancelled');
      await keep('complete');
      yield { type: 'final', messageId, text, provider: 'fake', model: 'brain', usage: { inputTokens: 1, outputTokens: 1, cachedTokens: 0 }, toolCalls: [] };
    } finally {
      await keep('interrupted');
    }
  }
}

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => { signal.addEventListener('abort', () => resolve(), { once: true }); });
