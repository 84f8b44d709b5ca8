import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from './button';

interface PagerProps {
  page: number;
  pageSize: number;
  total: number;
  onPage: (page: number) => void;
}

/** Nothing while everything is on one page. */
export function Pager({ page, pageSize, total, onPage }: PagerProps) {
  const pages = Math.ceil(total / pageSize);
  if (pages <= 1 && page === 1) return null;
  const first = Math.min((page - 1) * pageSize + 1, total);
  return (
    <nav aria-label="Pages" className="mt-4 flex items-center justify-between gap-3">
      <p className="tabular text-[0.8125rem] text-ink-2">{first.toLocaleString('en')}–{Math.min(page * pageSize, total).toLocaleString('en')} of {total.toLocaleString('en')}</p>
      <div className="flex gap-2">
        <Button size="sm" disabled={page <= 1} onClick={() => onPage(page - 1)}><ChevronLeft aria-hidden />Previous</Button>
        <Button size="sm" disabled={page >= pages} onClick={() => onPage(page + 1)}>Next<ChevronRight aria-hidden /></Button>
      </div>
    </nav>
  );
}
