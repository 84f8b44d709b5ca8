import type { NewUsage } from '@/server/conversations/store';
import type { MessageStatus } from '@/server/conversations/tables';
import type { Reply, ReplyOutcome } from './reply';
import type { ReplyRecorder } from './reply-recorder';
import type { SessionDeps, SessionSettings } from './session-deps';
import type { TurnClock } from './turn-clock';

/** What of a turn is kept. */
export interface RecordedTurn {
  id: string;
  clock: TurnClock;
  reply: Reply;
  recorder: ReplyRecorder;
  ttsCharacters: number;
}

/** Puts a session's turns on record. Nothing throws: a record that could not be stored is logged. */
export class TurnRecords {
  constructor(private readonly deps: Pick<SessionDeps, 'stt' | 'tts' | 'logger'>, private readonly settings: SessionSettings) {}

  /** Cuts the stored reply to what was heard, and adds the trace. */
  async settle(turn: RecordedTurn, outcome: ReplyOutcome): Promise<void> {
    const { workspaceId, conversationId } = this.settings;
    const { replyId } = turn.recorder;
    if (!replyId) return;
    const cut: { content?: string; status?: MessageStatus } = outcome.status === 'interrupted' ? { content: turn.reply.heardText(), status: 'interrupted' } : {};
    await this.write(turn, () => turn.recorder.amendMessage({ id: replyId, workspaceId, conversationId, ...cut, metadata: { trace: turn.clock.trace() } }));
  }

  /** What its speech cost: every turn's, also one that came to nothing. */
  async addUsage(turn: RecordedTurn): Promise<void> {
    const usage = this.#usageOf(turn);
    if (usage.length > 0) await this.write(turn, () => turn.recorder.addUsage(usage));
  }

  async write(turn: RecordedTurn, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.deps.logger.error({ err: error, conversationId: this.settings.conversationId, turnId: turn.id }, 'records of a turn could not be stored');
    }
  }

  #usageOf(turn: RecordedTurn): NewUsage[] {
    const { workspaceId, conversationId, agent, billing } = this.settings;
    const base = { workspaceId, conversationId, turnId: turn.id, agentId: agent.id, ...billing };
    const { stt, tts } = this.deps;
    const rows: NewUsage[] = [];
    const { transcribedSeconds } = turn.clock;
    if (transcribedSeconds > 0) rows.push({ ...base, leg: 'stt', provider: stt.provider, model: stt.model, audioSeconds: transcribedSeconds });
    if (turn.ttsCharacters > 0) rows.push({ ...base, leg: 'tts', provider: tts.provider, model: tts.model, characters: turn.ttsCharacters });
    return rows;
  }
}
