import { CircleHelp } from 'lucide-react';
import Link from 'next/link';
import type { UsageFigures } from '@/server/usage/contract';
import { Button } from '../../../_ui/button';
import { useMay } from '../../_shell/use-me';

/** What has no price is not free: it is said beside the sum that leaves it out. */
export function UnpricedNotice({ totals: { records, unpriced_records: unpriced } }: { totals: UsageFigures }) {
  const mayPrice = useMay('admin');
  if (unpriced === 0) return null;
  return (
    <div role="status" className="mb-5 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl bg-warn-soft px-4 py-3 text-warn sm:px-5">
      <CircleHelp aria-hidden className="size-4 shrink-0 max-sm:hidden" />
      <p className="min-w-0 flex-1 basis-64">
        <span className="font-medium">{unpriced === records ? 'Nothing here has a known price' : `${unpriced.toLocaleString('en')} of ${records.toLocaleString('en')} records have no known price`}.</span>
        {' '}They are not in the sums below, and they are not free.
      </p>
      <Button asChild size="sm"><Link href="/usage/prices">{mayPrice ? 'Set their prices' : 'Which ones'}</Link></Button>
    </div>
  );
}
