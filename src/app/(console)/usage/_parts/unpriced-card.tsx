'use client';

import { useQuery } from '@tanstack/react-query';
import type { UnpricedModel } from '@/server/usage/contract';
import { plural } from '../../../_lib/format';
import { useTRPC } from '../../../_lib/trpc';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Card, CardHeader } from '../../../_ui/card';
import { ErrorState } from '../../../_ui/states';
import { When } from '../../../_ui/when';
import { usedWords } from '../_lib/leg-words';
import { isPriced } from '../_lib/price-words';
import { ModelName } from './model-name';

const MOST_PRICES = 200;

const used = (model: UnpricedModel): string[] => usedWords({
  requests: 0, input_tokens: model.input_tokens, output_tokens: model.output_tokens, tts_characters: model.characters,
  stt_seconds: model.leg === 'stt' ? model.audio_seconds : 0, telephony_seconds: model.leg === 'telephony' ? model.audio_seconds : 0,
});

/** What was used lately and nobody knows the price of; nothing at all while there is no such thing. */
export function UnpricedCard({ onPrice }: { onPrice: ((model: UnpricedModel) => void) | undefined }) {
  const trpc = useTRPC();
  const unpriced = useQuery(trpc.usage.unpriced.queryOptions({}));
  const prices = useQuery(trpc.prices.list.queryOptions({ limit: MOST_PRICES }));
  if (!unpriced.data && unpriced.error) return <Card className="mb-6"><ErrorState title="What has no price cannot be read" message={unpriced.error.message} onRetry={() => void unpriced.refetch()} /></Card>;
  const models = unpriced.data?.models ?? [];
  if (models.length === 0) return null;
  return (
    <Card aria-labelledby="unpriced-title" className="mb-6">
      <CardHeader id="unpriced-title" title="Without a price" hint="In the last 30 days" action={<Badge tone="warn">{models.length}</Badge>} />
      <ul className="divide-y divide-line">
        {models.map((model) => (
          <li key={`${model.leg} ${model.provider} ${model.model}`} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
            <div className="min-w-0 flex-1 basis-56"><ModelName leg={model.leg} provider={model.provider} model={model.model} /></div>
            <p className="text-[0.8125rem] text-ink-2 max-sm:basis-full max-sm:pl-11">{[plural(model.records, 'record'), ...used(model)].join(' · ')}<span className="block text-xs text-ink-3">last <When at={model.last_at} /></span></p>
            {isPriced(prices.data?.prices ?? [], model)
              ? <Badge tone="ok">Has a price since</Badge>
              : onPrice && <Button size="sm" className="max-sm:ml-11" onClick={() => onPrice(model)}>Set price</Button>}
          </li>
        ))}
      </ul>
      <p className="border-t border-line px-4 py-3 text-[0.8125rem] text-ink-3 sm:px-5">These are in no sum and in no budget. A price counts from when it is set; what was used before stays as it is.</p>
    </Card>
  );
}
