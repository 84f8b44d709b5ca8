import { describe, expect, it } from 'vitest';
import type { Budget } from '@/server/budgets/contract';
import type { Price } from '@/server/prices/contract';
import { alarmsOf, alarmWords, consequenceWords, stateOf } from '@/app/(console)/usage/_lib/budget-words';
import { figuresOf, isPriced, priceWords, typedOf } from '@/app/(console)/usage/_lib/price-words';

const at = '2026-11-21T00:00:00.000Z';
const budget = (part: Partial<Budget> = {}): Budget => ({
  id: '0b9c4d52-3b62-4a3f-9f0c-6a2f4b1c0001', scope: 'workspace', agent_id: null, api_key_id: null, label: 'Default', period: 'month', limit_usd: 50, warn_percent: 80, stops: true,
  state: 'ok', spent_usd: 10, unpriced_records: 0, period_start: at, period_end: at, created_at: at, updated_at: at, ...part,
});
const price = (part: Partial<Price> = {}): Price => ({
  id: '0b9c4d52-3b62-4a3f-9f0c-6a2f4b1c0002', leg: 'llm', provider: 'openai', model: 'gpt-5-mini', input_per_million: 0.25, cached_per_million: null, output_per_million: 2,
  per_minute: null, characters_per_million: null, starts_at: at, in_force: true, created_at: at, ...part,
});

describe('what a budget says', () => {
  it('is when it warns and what stops, for whom and until when', () => {
    expect(consequenceWords({ scope: 'workspace', name: 'Default', period: 'month', limitUsd: 50, warnPercent: 80, stops: true })).toEqual([
      'At $40.00 it warns here and in the audit log.',
      'At $50.00 new turns in this workspace are refused until the next month: programs get an error that names the budget, and whoever talks hears why. What is being answered is finished.',
    ]);
    expect(consequenceWords({ scope: 'agent', name: 'Front desk', period: 'week', limitUsd: 5, warnPercent: 100, stops: false })).toEqual(['At $5.00 nothing stops with Front desk; it says so until Monday.']);
  });

  it('does not call one that is spent and stops nothing merely warned', () => {
    expect(stateOf(budget({ state: 'warned', spent_usd: 45 })).label).toBe('Warned');
    expect(stateOf(budget({ state: 'warned', spent_usd: 50, stops: false })).label).toBe('Over');
    expect(stateOf(budget({ state: 'stopped', spent_usd: 51 })).label).toBe('Stopped');
  });

  it('stands above every page from the warning on, what stops first', () => {
    const [warned, stopped, fine] = [budget({ state: 'warned', spent_usd: 49 }), budget({ state: 'stopped', scope: 'agent', label: 'Front desk', spent_usd: 51, period: 'day' }), budget()];
    expect(alarmsOf([fine, warned, stopped])).toEqual([stopped, warned]);
    expect(alarmWords(stopped)).toBe('New turns are refused: the agent Front desk has spent $51.00 of $50.00 today.');
    expect(alarmWords(warned)).toBe('The workspace has spent $49.00 of $50.00 this month.');
  });
});

describe('a price', () => {
  it('is said in the terms of its kind', () => {
    expect(priceWords(price())).toBe('$0.25 in, $2.00 out a million tokens');
    expect(priceWords(price({ leg: 'stt', per_minute: 0.006 }))).toBe('$0.006 a minute');
    expect(priceWords(price({ leg: 'tts' }))).toBe('No price');
  });

  it('is asked for with what its kind has alone; nothing typed is no price, and nought is one', () => {
    expect(figuresOf('llm', { input_per_million: '2.5', output_per_million: '0', cached_per_million: ' ', per_minute: '3' })).toEqual({ input_per_million: 2.5, output_per_million: 0, cached_per_million: null });
    expect(figuresOf('telephony', { input_per_million: '2.5', per_minute: '0.01' })).toEqual({ per_minute: 0.01 });
    expect(typedOf(price())).toEqual({ input_per_million: '0.25', cached_per_million: '', output_per_million: '2', per_minute: '', characters_per_million: '' });
  });

  it('counts for its model, or for all of its provider, while it is in force', () => {
    const asked = { leg: 'llm' as const, provider: 'openai', model: 'gpt-5-mini' };
    expect(isPriced([price()], asked)).toBe(true);
    expect(isPriced([price({ model: '*' })], asked)).toBe(true);
    expect(isPriced([price({ in_force: false }), price({ leg: 'tts' }), price({ provider: 'groq' }), price({ model: 'gpt-5' })], asked)).toBe(false);
  });
});
