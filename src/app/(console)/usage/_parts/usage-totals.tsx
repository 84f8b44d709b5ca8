import type { UsageFigures } from '@/server/usage/contract';
import { plural } from '../../../_lib/format';
import { Tooltip } from '../../../_ui/tooltip';
import { Figure } from '../../_components/figure';
import { formatAmount, formatMinutes } from '../_lib/amounts';
import { changeOf } from '../_lib/change';
import { formatUsd } from '../_lib/money';

interface UsageTotalsProps {
  totals: UsageFigures | undefined;
  /** As much of the time before. */
  before: UsageFigures | undefined;
  beforeWords: string;
}

/** What it came to, and how that compares. More is not worse and less is not better: the change has no colour. */
export function UsageTotals({ totals, before, beforeWords }: UsageTotalsProps) {
  const tokens = (figures: UsageFigures) => figures.input_tokens + figures.output_tokens;
  const change = (of: (figures: UsageFigures) => number) => (totals && before ? <Change now={of(totals)} before={of(before)} words={beforeWords} /> : null);
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-4 px-4 py-4 sm:grid-cols-3 sm:px-5 lg:grid-cols-6">
      <Figure label="Cost" note={change((one) => one.cost_usd)}>{totals && formatUsd(totals.cost_usd)}</Figure>
      <Figure label="Model requests" note={change((one) => one.requests)}>
        {totals && <>{formatAmount(totals.requests)}{totals.failed_requests > 0 && <span className="ml-1.5 text-[0.8125rem] font-medium text-danger">{plural(totals.failed_requests, 'failure')}</span>}</>}
      </Figure>
      <Figure label="Tokens" note={change(tokens)}>
        {totals && <Tooltip content={`${totals.input_tokens.toLocaleString('en')} in, of which ${totals.cached_tokens.toLocaleString('en')} cached; ${totals.output_tokens.toLocaleString('en')} out`}><span tabIndex={0} className="rounded">{formatAmount(tokens(totals))}</span></Tooltip>}
      </Figure>
      <Figure label="Speech heard" note={change((one) => one.stt_seconds)}>{totals && formatMinutes(totals.stt_seconds)}</Figure>
      <Figure label="Characters spoken" note={change((one) => one.tts_characters)}>{totals && formatAmount(totals.tts_characters)}</Figure>
      <Figure label="Telephone" note={change((one) => one.telephony_seconds)}>{totals && formatMinutes(totals.telephony_seconds)}</Figure>
    </dl>
  );
}

function Change({ now, before, words }: { now: number; before: number; words: string }) {
  const change = changeOf(now, before);
  if (change.words === null) return now > 0 ? <span title={`Nothing in ${words}`}>none before</span> : null;
  return <span title={`Against ${words}`}>{change.words}</span>;
}
