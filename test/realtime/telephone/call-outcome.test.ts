import { describe, expect, it } from 'vitest';
import { callOutcome, causeOfSession, type CallStory } from '@/realtime/telephone/call-outcome';
import { CALL_END_REASONS, type CallEndReason } from '@/realtime/transport/sip/call-end';

const outcome = (reason: CallEndReason, story: Partial<CallStory> = {}) =>
  callOutcome({ direction: 'outbound', answered: false, hadMessage: true, messagePlayed: false, end: { reason, status: null, words: '' }, ...story });

describe('the end of a call that was placed', () => {
  it.each([
    ['busy', 'busy'], ['no_answer', 'no_answer'], ['cancelled', 'cancelled'], ['declined', 'failed'], ['not_found', 'failed'], ['forbidden', 'failed'],
    ['unavailable', 'failed'], ['unreachable', 'failed'], ['media_refused', 'failed'], ['failed', 'failed'],
  ] as const)('%s is %s before it is answered', (reason, state) => { expect(outcome(reason)).toMatchObject({ state, endReason: reason }); });

  it('has words for people whatever it was, with what the other side said', () => {
    for (const reason of CALL_END_REASONS) expect(outcome(reason, { end: { reason, status: 500, words: 'Out of order' } }).error).toMatch(/^[A-Z].* \(500 Out of order\)$/);
  });

  it('is a success once its message was played, whoever hung up', () => {
    for (const reason of ['hung_up_by_us', 'hung_up_by_them', 'media_lost'] as const) expect(outcome(reason, { answered: true, messagePlayed: true })).toMatchObject({ state: 'completed', sipStatus: 200 });
  });

  it('is a success too when the listener did not want to hear it to its end, but not when it could not be said', () => {
    expect(outcome('hung_up_by_them', { answered: true })).toMatchObject({ state: 'completed', error: null });
    expect(outcome('hung_up_by_us', { answered: true })).toMatchObject({ state: 'failed', error: 'The call was ended before everything was said' });
    expect(outcome('media_lost', { answered: true }).state).toBe('failed');
  });

  it('names our own reason before that of the telephone', () => {
    const cause = { reason: 'max_duration', words: 'The call took too long' } as const;
    expect(outcome('hung_up_by_us', { answered: true, messagePlayed: true, cause })).toMatchObject({ state: 'completed', endReason: 'max_duration', error: null });
    expect(outcome('hung_up_by_us', { answered: true, cause })).toMatchObject({ state: 'failed', endReason: 'max_duration', error: 'The call took too long' });
  });
});

describe('the end of a call that came in', () => {
  const inbound = (reason: CallEndReason, story: Partial<CallStory> = {}) => outcome(reason, { direction: 'inbound', hadMessage: false, ...story });

  it('is complete once it was answered, and says so when the line broke', () => {
    expect(inbound('hung_up_by_them', { answered: true })).toMatchObject({ state: 'completed', error: null });
    expect(inbound('media_lost', { answered: true })).toMatchObject({ state: 'completed', error: 'No audio came from the other side any longer' });
    expect(inbound('not_confirmed', { answered: true }).state).toBe('failed');
  });

  it.each([
    ['silent', 'completed', 'silent'], ['max_duration', 'completed', 'max_duration'], ['server_shutdown', 'completed', 'server_shutdown'], ['closed_by_operator', 'completed', 'closed_by_operator'],
    ['storage_unavailable', 'failed', 'storage_unavailable'], ['failed', 'failed', 'failed'], ['completed', 'completed', 'hung_up_by_us'], ['client_closed', 'completed', 'hung_up_by_us'],
  ] as const)('tells that its session ended as %s', (why, state, endReason) => {
    const end = inbound('hung_up_by_us', { answered: true, cause: causeOfSession(why) });
    expect(end).toMatchObject({ state, endReason });
    expect(end.error === null).toBe(state === 'completed');
  });

  it('was not answered when the caller gave up, and failed when no agent could take it', () => {
    expect(inbound('cancelled')).toMatchObject({ state: 'no_answer', endReason: 'cancelled' });
    expect(inbound('unavailable', { cause: { reason: 'agent_unavailable', words: 'No agent could take the call' } })).toMatchObject({ state: 'failed', endReason: 'agent_unavailable', error: 'No agent could take the call' });
  });
});
