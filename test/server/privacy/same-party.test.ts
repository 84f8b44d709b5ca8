import { describe, expect, it } from 'vitest';
import { sameParty } from '@/server/privacy/same-party';

describe('whether a label names the other party of a call', () => {
  it.each([
    ['+493012345', '+49 (30) 123-45'], ['+493012345', '0049.30.12345'], ['493012345', '+493012345'], ['+493012345', '493012345'], ['+49 30 12345', 'sip:+493012345@pbx.example.org;user=phone'],
    ['sip:+493012345@pbx.example.org', '+493012345'], ['100', '100@pbx.example.org'], ['Reception', 'reception'], ['ann@example.org', 'sip:ann@EXAMPLE.org'],
  ])('%s is %s', (label, party) => { expect(sameParty(label, party)).toBe(true); });

  it.each([
    ['+493012345', '+4930123456'], ['030 12345', '+493012345'], ['1001', '+1001'], ['ann@example.org', 'ann'], ['10001234@mail.example', '10001234'], ['@', ''], ['sip:', ''], [' ', ''], ['anonymous', ''],
  ])('%s is not %s', (label, party) => { expect(sameParty(label, party)).toBe(false); });
});
