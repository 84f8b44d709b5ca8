'use client';

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Tags, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Price } from '@/server/prices/contract';
import type { UnpricedModel } from '@/server/usage/contract';
import { useTRPC } from '../../../_lib/trpc';
import { useUrlState } from '../../../_lib/use-url-state';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Confirm } from '../../../_ui/confirm';
import { DataTable, type Column } from '../../../_ui/data-table';
import { MenuItem, MenuSeparator, RowMenu } from '../../../_ui/menu';
import { Pager } from '../../../_ui/pager';
import { EmptyState } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { When } from '../../../_ui/when';
import { useMay } from '../../_shell/use-me';
import { LEGS } from '../_lib/leg-words';
import { priceWords } from '../_lib/price-words';
import { ModelName } from './model-name';
import { PriceDialog } from './price-dialog';
import { UnpricedCard } from './unpriced-card';
import { UsageFrame } from './usage-frame';

const PAGE_SIZE = 25;

const COLUMNS: Column<Price>[] = [
  { key: 'model', header: 'For', cell: (price) => <ModelName leg={price.leg} provider={price.provider} model={price.model} /> },
  { key: 'price', header: 'Price', className: '@2xl:w-80 @4xl:w-96', cell: (price) => <span className="tabular">{priceWords(price)}</span> },
  { key: 'state', header: 'Counts', className: '@2xl:w-44', cell: (price) => (price.in_force ? <><Badge tone="ok">In force</Badge> <span className="text-xs whitespace-nowrap text-ink-3">since <When at={price.starts_at} /></span></> : new Date(price.starts_at) > new Date() ? <>From <When at={price.starts_at} /></> : <span className="text-ink-3">Replaced</span>) },
];

/** What a price is set for; with one, its model is known already. */
type Open = { dialog: 'create'; model?: UnpricedModel } | { dialog: 'edit' | 'remove'; price: Price } | null;

export function PricesView() {
  const trpc = useTRPC();
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const mayChange = useMay('admin');
  const { page, change } = useUrlState([]);
  const [open, setOpen] = useState<Open>(null);
  const list = useQuery(trpc.prices.list.queryOptions({ limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }, { placeholderData: keepPreviousData }));
  const remove = useMutation(trpc.prices.remove.mutationOptions({
    onSuccess: async () => {
      toasts.done('The price was removed.');
      setOpen(null);
      await queryClient.invalidateQueries({ queryKey: trpc.prices.pathKey() });
    },
  }));
  const close = () => { setOpen(null); remove.reset(); };
  const create = mayChange && <Button variant={list.data?.total === 0 ? 'secondary' : 'primary'} onClick={() => setOpen({ dialog: 'create' })}><Plus aria-hidden />New price</Button>;
  return (
    <UsageFrame words="What models, speech and the telephone cost here" actions={list.data && list.data.total > 0 && create}>
      <UnpricedCard onPrice={mayChange ? (model) => setOpen({ dialog: 'create', model }) : undefined} />
      <div className="mb-3 max-w-3xl">
        <h2 className="text-[0.9375rem] font-semibold">Own prices</h2>
        <p className="text-[0.8125rem] text-ink-2">Parley brings a table of the usual vendors’ list prices. A price of your own goes before it, for what the table does not know or for what your contract says.</p>
      </div>
      <DataTable
        label="Own prices" columns={COLUMNS} rows={list.data?.prices} query={list} rowKey={(price) => price.id} isMuted={(price) => !price.in_force}
        {...(mayChange ? {
          rowMenu: (price: Price) => (
            <RowMenu label={`Actions for the price of ${LEGS[price.leg].label} ${price.provider}/${price.model}`}>
              <MenuItem icon={Pencil} onSelect={() => setOpen({ dialog: 'edit', price })}>Edit</MenuItem>
              <MenuSeparator />
              <MenuItem icon={Trash2} danger onSelect={() => setOpen({ dialog: 'remove', price })}>Remove</MenuItem>
            </RowMenu>
          ),
        } : {})}
        empty={<EmptyState icon={Tags} title="No prices of your own" className="py-9" action={create}>Everything is priced by the table that Parley brings along.</EmptyState>}
      />
      {list.data && <Pager page={page} pageSize={PAGE_SIZE} total={list.data.total} onPage={(next) => change({ page: next > 1 ? String(next) : undefined })} />}
      {open?.dialog === 'create' && <PriceDialog model={open.model} onClose={close} />}
      {open?.dialog === 'edit' && <PriceDialog price={open.price} onClose={close} />}
      <Confirm
        open={open?.dialog === 'remove'} onOpenChange={(next) => { if (!next) close(); }} title="Remove this price?" action="Remove price"
        busy={remove.isPending} problem={remove.error?.message} onConfirm={() => { if (open?.dialog === 'remove') remove.mutate({ price_id: open.price.id }); }}
      >
        <p>What is used from now on has the table’s price again, or none if the table does not know it. What is written down keeps its cost.</p>
      </Confirm>
    </UsageFrame>
  );
}
