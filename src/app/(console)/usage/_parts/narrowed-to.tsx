'use client';

import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { DIMENSIONS, DIMENSION_NAMES, filterOf, groupLabel, type Dimension, type Narrowed } from '../_lib/dimensions';
import type { Bounds } from '../_lib/period';

interface NarrowedToProps {
  values: Narrowed;
  bounds: Bounds;
  onRemove: (dimension: Dimension) => void;
}

/** What the figures are narrowed to, each to be taken away. */
export function NarrowedTo({ values, bounds, onRemove }: NarrowedToProps) {
  const active = DIMENSION_NAMES.filter((dimension) => Object.keys(filterOf({ [dimension]: values[dimension] })).length > 0);
  if (active.length === 0) return null;
  return (
    <ul aria-label="Narrowed to" className="mb-4 flex flex-wrap gap-2">
      {active.map((dimension) => <li key={dimension} className="max-w-full"><One dimension={dimension} value={values[dimension] ?? ''} bounds={bounds} onRemove={() => onRemove(dimension)} /></li>)}
    </ul>
  );
}

/** Its name is the ledger's, which remembers agents and keys that are gone. */
function One({ dimension, value, bounds, onRemove }: { dimension: Dimension; value: string; bounds: Bounds; onRemove: () => void }) {
  const trpc = useTRPC();
  const named = useQuery(trpc.usage.summary.queryOptions({ ...bounds, ...filterOf({ [dimension]: value }), group_by: dimension, bucket: 'month' }, { enabled: dimension === 'agent' || dimension === 'api_key', staleTime: Infinity }));
  const group = named.data?.groups[0];
  const name = groupLabel(dimension, { key: value, label: group?.label ?? (dimension === 'agent' || dimension === 'api_key' ? '…' : value) });
  return (
    <Button size="sm" className="max-w-full" onClick={onRemove} aria-label={`No longer only ${DIMENSIONS[dimension].label} ${name}`}>
      <span className="text-ink-3">{DIMENSIONS[dimension].label}</span><span className="min-w-0 truncate">{name}</span><X aria-hidden />
    </Button>
  );
}
