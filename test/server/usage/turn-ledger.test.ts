import { describe, expect, it } from 'vitest';
import { countTokens } from '@/server/llm';
import { TurnLedger } from '@/server/conversations/turn-ledger';

const counted = (inputTokens?: number, outputTokens?: number, cacheReadTokens?: number) => ({ inputTokens, outputTokens, inputTokenDetails: { cacheReadTokens } });
const ledger = () => new TurnLedger({ system: 'Be kind.', messages: [{ role: 'user', content: 'How are you?' }] });

describe('the requests of a turn', () => {
  it('are as the provider counted them, cached tokens too', () => {
    const one = ledger();
    one.asked();
    one.answered('Fine.');
    one.counted(counted(100, 5, 80));

    expect(one.requests).toEqual([{ inputTokens: 100, outputTokens: 5, cachedTokens: 80, estimated: false, success: true }]);
  });

  it('are counted here where the provider counts nothing, with all that goes along again', () => {
    const one = ledger();
    one.asked();
    one.answered('Let me see.');
    one.toolGave({ result: 4 });
    one.counted(counted());
    one.asked();
    one.answered('Four.');
    one.counted(counted());
    one.over({ failed: false, refused: false });

    const prompt = countTokens('Be kind.') + countTokens('How are you?');
    expect(one.requests).toEqual([
      { inputTokens: prompt, outputTokens: countTokens('Let me see.'), cachedTokens: 0, estimated: true, success: true },
      { inputTokens: prompt + countTokens('Let me see.{"result":4}'), outputTokens: countTokens('Four.'), cachedTokens: 0, estimated: true, success: true },
    ]);
  });

  it('count what runs when the turn is over, and none that never left', () => {
    const interrupted = ledger();
    interrupted.asked();
    interrupted.answered('Once upon');
    interrupted.over({ failed: false, refused: false });
    expect(interrupted.requests).toMatchObject([{ estimated: true, success: true, outputTokens: countTokens('Once upon') }]);

    const last = ledger();
    last.asked();
    last.counted(counted(10, 1));
    last.asked();
    last.finished();
    last.over({ failed: false, refused: false });
    expect(last.requests).toHaveLength(1);
  });

  it('count a file as a page, and not as the letters of its bytes', () => {
    const one = new TurnLedger({ system: '', messages: [{ role: 'user', content: [{ type: 'file', data: 'A'.repeat(1_000_000), mediaType: 'image/png' }] }] });
    one.asked();
    one.counted(counted());

    expect(one.requests[0]!.inputTokens).toBe(1_000);
  });
});
