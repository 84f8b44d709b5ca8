import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertMayCall, numberForms, plainNumber } from '@/server/telephony';
import { matchProblem, numberProblem, plainPrefix, prefixProblem } from '@/server/telephony/number-form';

describe('a number', () => {
  it.each([
    ['+49 (30) 123-45', '+493012345'], ['0049.30.123.45', '+493012345'], ['+49/30/12345', '+493012345'], ['sip:+493012345@pbx.example.org', '+493012345'],
    ['SIP:%2B493012345@pbx.example.org;user=phone', '+493012345'], ['tel:+49-30-12345;phone-context=x', '+493012345'], ['+49\u00a030\u200b12345', '+493012345'], ['+４９30', '+4930'],
    ['030 12345', '03012345'], ['100', '100'], ['*72', '*72'], ['#31#100', '#31#100'], ['Reception', 'reception'], ['j.smith', 'j.smith'], ['100@pbx', '100'], ['sip:%zz@pbx', '%zz'],
  ])('%j is %j', (written, plain) => expect(plainNumber(written)).toBe(plain));

  it('is the same number once it is plain', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (written) => {
      const plain = plainNumber(written);
      if (/^\+?[\d*#]+$/.test(plain)) expect(plainNumber(plain)).toBe(plain);
    }));
  });

  it('with a country code is found without its +, and digits without one with it; an extension is no country', () => {
    expect(numberForms('+49301234567')).toEqual(['+49301234567', '49301234567']);
    expect(numberForms('49301234567')).toEqual(['49301234567', '+49301234567']);
    expect(numberForms('100')).toEqual(['100']);
    expect(numberForms('03012345678')).toEqual(['03012345678']);
  });

  it('that is none is told so', () => {
    for (const good of ['100', '+49 30 1', 'reception', 'j.smith', '*72', 'müller', 'room_1']) expect(numberProblem(good)).toBeNull();
    for (const bad of ['', ' ', '+', 'sip:1@x', 'a b', '<1>', '1;2', '"1"', '@']) expect(numberProblem(bad)).toContain('must be a number');
    for (const good of ['100', '+4930*', '1*', '*', '+*', '00*', 'room*', '**']) expect(matchProblem(good)).toBeNull();
    for (const bad of ['', '+', 'a b*', '1;*', '@*']) expect(matchProblem(bad)).toContain('prefix that ends in *');
    for (const good of ['+', '00', '+49', '0900', '*', '+49*', '*72']) expect(prefixProblem(good)).toBeNull();
    for (const bad of ['', ' ', '(', 'sip:1', '+ 49 x']) expect(prefixProblem(bad)).toContain('beginning of a number');
    expect(['00', '+', '00 49', '+49*', '*', '*72'].map(plainPrefix)).toEqual(['+', '+', '+49', '+49', '', '*72']);
  });
});

describe('what may be called', () => {
  const may = (extension: string, allowed: string[], denied: string[] = []) => {
    try {
      assertMayCall({ allowedPrefixes: allowed, deniedPrefixes: denied }, extension);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ kind: 'forbidden', message: expect.stringMatching(/^extension: .*(allowed|denied)_prefixes/) });
      return false;
    }
  };

  it('is anything without prefixes', () => {
    for (const number of ['100', '+49301', 'sip:bob@example.org']) expect(may(number, [])).toBe(true);
  });

  it('is denied in every spelling of the number, even when it is allowed too', () => {
    for (const number of ['+1 900 555 0100', '001-900-555-0100', '19005550100', 'sip:+19005550100@pbx', 'sip:%2b1%39005550100@pbx', 'tel:+1.900.555.0100', '+1\u200b9005550100', '+１9005550100'])
      expect(may(number, ['+1', '1', '00'], ['+1900'])).toBe(false);
    expect(may('+1 800 555 0100', ['+1'], ['+1900'])).toBe(true);
    for (const number of ['+19005550100', '0019005550100']) expect(may(number, [], ['1900'])).toBe(false);
    for (const number of ['+49301234', '0049301234']) expect(may(number, [], ['00'])).toBe(false);
    expect(may('0301234', [], ['00'])).toBe(true);
    for (const number of ['100', '+49301234', 'bob']) expect(may(number, [], ['*'])).toBe(false);
  });

  it('is allowed only as it is written: a missing + opens no country', () => {
    expect(may('0049 30 1234567', ['+49'])).toBe(true);
    expect(may('49301234567', ['+49'])).toBe(false);
    expect(may('100', ['1'])).toBe(true);
    expect(may('+100', ['1'])).toBe(false);
    expect(may('200', ['1', '3'])).toBe(false);
  });

  it('never lets through what begins as something denied', () => {
    const separators = fc.constantFrom('', ' ', '-', '.', '(', ')', '/', '\u00a0', '\u2011', '\u200b');
    fc.assert(fc.property(fc.stringMatching(/^\d{4,10}$/), fc.array(separators, { minLength: 16, maxLength: 16 }), fc.constantFrom('+1900', '001900', '%2B1900'), (rest, gaps, beginning) => {
      const user = `${beginning}${rest}`;
      const written = beginning.startsWith('%') ? `sip:${user}@pbx` : [...user].map((sign, index) => sign + (index === 0 ? '' : gaps[index % gaps.length])).join('');
      expect(may(written, [], ['+1900'])).toBe(false);
    }));
  });
});
