import { describe, expect, it } from 'vitest';
import { findBreaches, type Ledger } from './ledger';

const kept: Ledger = {
  acknowledged: new Map([['call-1', '1001']]),
  dialled: new Map([['1001', new Set(['first'])]]),
  records: [{ callId: 'call-1', state: 'completed', answeredAt: new Date() }],
  deliveries: [{ callId: 'call-1', webhookId: 'msg-1', status: 500 }, { callId: 'call-1', webhookId: 'msg-1', status: 200 }],
};

describe('the ledger of a run', () => {
  it('has nothing to say when everything was kept', () => {
    expect(findBreaches(kept)).toEqual([]);
  });

  it.each<[string, Partial<Ledger>, RegExp]>([
    ['a call that was dialled twice', { dialled: new Map([['1001', new Set(['first', 'second'])]]) }, /dialled 2 times/],
    ['a call that nobody was told of', { dialled: new Map([['1001', new Set(['first'])], ['1002', new Set(['other'])]]) }, /1002 was dialled although/],
    ['a call that was acknowledged and forgotten', { records: [] }, /call-1 was acknowledged and is lost/],
    ['a call that never ends', { records: [{ callId: 'call-1', state: 'ringing', answeredAt: null }] }, /call-1 is stuck: ringing/],
    ['an answer without a call', { dialled: new Map() }, /answered by nobody/],
    ['a webhook that was never taken', { deliveries: [{ callId: 'call-1', webhookId: 'msg-1', status: 500 }] }, /not delivered \(1 tries/],
    ['a webhook that changed its id', { deliveries: [{ callId: 'call-1', webhookId: 'msg-1', status: 500 }, { callId: 'call-1', webhookId: 'msg-2', status: 200 }] }, /under 2 ids/],
  ])('names %s', (_what, change, breach) => {
    expect(findBreaches({ ...kept, ...change })).toEqual([expect.stringMatching(breach)]);
  });
});
