import { describe, expect, it } from 'vitest';
import { matchChoice, type ChoiceOption } from '@/realtime/telephone/match-choice';

const YES_NO: ChoiceOption[] = [
  { value: 'confirmed', synonyms: ['yes', 'yeah', 'confirm'] },
  { value: 'cancelled', synonyms: ['no', 'nope', 'cancel'] },
];
const DAYS: ChoiceOption[] = [
  { value: 'monday', synonyms: ['Monday', 'at the beginning of the week'] },
  { value: 'tuesday', synonyms: ['Tuesday'] },
  { value: 'not_this_week', synonyms: ['not this week', 'later'] },
];
const said = (text: string, options = YES_NO) => matchChoice({ text }, options);

describe('an answer to yes or no', () => {
  it.each([
    ['yes', 'confirmed'], ['Yes.', 'confirmed'], ['YES!', 'confirmed'], ['yes that works', 'confirmed'], ['Yeah, sure', 'confirmed'], ['um, yes please', 'confirmed'],
    ['I confirm', 'confirmed'], ['confirmed', 'confirmed'], ['yes yes yes', 'confirmed'], ['I would like to confirm', 'confirmed'], ['Yès', 'confirmed'], ['“Yes”', 'confirmed'],
    ['no', 'cancelled'], ['No, thank you.', 'cancelled'], ['nope', 'cancelled'], ['please cancel it', 'cancelled'], ['no no no', 'cancelled'], ['no way', 'cancelled'],
    ['No, I do not want to confirm.', 'cancelled'], ['no, I don’t confirm that', 'cancelled'],
  ])('%s: %s', (text, value) => { expect(said(text)).toBe(value); });

  it.each([
    'I don\'t know', 'I don’t know.', 'know', 'now', 'nothing', 'another', 'yesterday', 'eyes', 'noon', 'confirmation', 'cancellation',
    'not yes', 'I don\'t want to cancel', 'do not confirm', 'never cancel', 'No, don\'t cancel.', 'I can’t confirm',
    'yes no', 'no, yes', 'yeah, no', 'yes or no?', 'either confirm or cancel', 'what do you mean, yes or no',
    'no idea', 'no problem', 'No clue, sorry.', 'maybe', 'what?', '', '   ', '…', 'I have one question', 'one moment', 'for me?',
  ])('is not to be had from "%s"', (text) => { expect(said(text)).toBeNull(); });

  it.each([
    ['no, I mean yes', 'confirmed'], ['Yes. No, wait, actually no.', 'cancelled'], ['yes, sorry, no', 'cancelled'], ['cancel, I meant confirm', 'confirmed'],
    ['No — scratch that — yes', 'confirmed'],
  ])('is the last one when it is corrected: %s', (text, value) => { expect(said(text)).toBe(value); });

  it('may be an idiom when an option says so', () => {
    const options = [{ value: 'ok', synonyms: ['no problem'] }, { value: 'refused', synonyms: ['no'] }];
    expect(said('no problem', options)).toBe('ok');
    expect(said('no', options)).toBe('refused');
  });
});

describe('an answer among several', () => {
  it.each([
    ['Monday', 'monday'], ['on Monday, please', 'monday'], ['at the beginning of the week would be best', 'monday'], ['not this week', 'not_this_week'], ['Not this week, sorry.', 'not_this_week'],
    ['Not Monday, Tuesday.', 'tuesday'], ['not Monday but Tuesday', 'tuesday'], ['Monday, no, Tuesday', 'tuesday'], ['Monday does not work, Tuesday does', 'tuesday'], ['Monday won’t do. Tuesday.', 'tuesday'],
    ['No, Tuesday', 'tuesday'],
  ])('%s: %s', (text, value) => { expect(said(text, DAYS)).toBe(value); });

  it.each(['Monday or Tuesday', 'not Monday', 'the week', 'beginning', 'Wednesday', 'Mondays'])('is not to be had from "%s"', (text) => { expect(said(text, DAYS)).toBeNull(); });

  it.each([
    ['1', 'monday'], ['one', 'monday'], ['One.', 'monday'], ['option two', 'tuesday'], ['Option 2, please', 'tuesday'], ['number three', 'not_this_week'], ['two', 'tuesday'], ['Too.', 'tuesday'], ['to', 'tuesday'],
    ['the second one', 'tuesday'], ['the first', 'monday'], ['um, the third option please', 'not_this_week'], ['I\'ll take number two', 'tuesday'], ['I choose two', 'tuesday'], ['not option one, option two', 'tuesday'],
  ])('may be its place: %s', (text, value) => { expect(said(text, DAYS)).toBe(value); });

  it.each(['four', '0', 'zero', '11', 'one or two', 'two of them', 'option one or option two', 'not one', 'not option one', 'I have one question', 'wait a second please', 'I want to'])('has no such place in "%s"', (text) => {
    expect(said(text, DAYS)).toBeNull();
  });

  it('prefers the longest phrase, then the option that comes first', () => {
    const options = [{ value: 'yes', synonyms: ['yes'] }, { value: 'later', synonyms: ['yes but later', 'yes'] }];
    expect(said('yes but later', options)).toBe('later');
    expect(said('yes', options)).toBe('yes');
  });

  it.each([['diez', 'diez'], ['MAÑANA', 'manana'], ['manana', 'manana'], ['cafe au lait', 'café'], ['strasse', 'straße']])('minds neither case nor diacritics: %s', (text, value) => {
    expect(said(text, [{ value: 'diez', synonyms: [] }, { value: 'manana', synonyms: ['mañana'] }, { value: 'café', synonyms: [] }, { value: 'straße', synonyms: [] }])).toBe(value);
  });

  it.each([['at 2pm', '2 pm'], ['two p.m. works', '2 pm'], ['two pm', '2 pm'], ['2 PM', '2 pm']])('knows numbers in words and figures: %s', (text, value) => {
    expect(said(text, [{ value: '10 am', synonyms: [] }, { value: '2 pm', synonyms: [] }])).toBe(value);
  });

  it('goes by an option’s own number before its place', () => {
    const options = [{ value: '2', synonyms: [] }, { value: '1', synonyms: ['five'] }];
    expect([said('two', options), said('1', options), said('five', options), matchChoice({ text: '2', digits: '2' }, options), matchChoice({ text: '1', digits: '1' }, options)]).toEqual(['2', '1', '1', '2', '1']);
  });

  it('ignores options without words', () => { expect(said('yes', [{ value: '!', synonyms: ['', '…'] }, { value: 'yes', synonyms: [] }])).toBe('yes'); });
});

describe('a key', () => {
  it.each([['1', 'monday'], ['2', 'tuesday'], ['3', 'not_this_week'], ['4', null], ['0', null], ['*', null], ['#', null], ['12', null], ['A', null]])('%s: %s', (digits, value) => {
    expect(matchChoice({ text: digits, digits }, DAYS)).toBe(value);
  });

  it('of two figures chooses among more than nine', () => {
    const options = Array.from({ length: 12 }, (_, at) => ({ value: `floor-${at + 1}`, synonyms: [] }));
    expect(matchChoice({ text: '12', digits: '12' }, options)).toBe('floor-12');
  });
});
