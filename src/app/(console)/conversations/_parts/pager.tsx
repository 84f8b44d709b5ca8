import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from '../../../_ui/button';
import { PAGE_SIZE } from './use-filter';

export function Pager({ page, total, onPage }: { page: number; total: number; onPage: (page: number) => void }) {
  const pages = Math.ceil(total / PAGE_SIZE);
  const first = (page - 1) * PAGE_SIZE + 1;
  return (
    <nav aria-label="Pages" className="mt-4 flex items-center justify-between gap-3">
      <p className="tabular text-[0.8125rem] text-ink-2">{first.toLocaleString('en')}–{Math.min(page * PAGE_SIZE, total).toLocaleString('en')} of {total.toLocaleString('en')}</p>
      <div className="flex gap-2">
        <Button size="sm" disabled={page <= 1} onClick={() => onPage(page - 1)}><ChevronLeft aria-hidden />Previous</Button>
        <Button size="sm" disabled={page >= pages} onClick={() => onPage(page + 1)}>Next<ChevronRight aria-hidden /></Button>
      </div>
    </nav>
  );
}
