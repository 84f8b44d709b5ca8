'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { cn } from '../_lib/cn';
import { useStandingError } from '../_lib/use-standing-error';
import { Card } from './card';
import { ErrorState, Skeleton } from './states';

export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** On the column where the list is a table: its width, as `w-40`. */
  className?: string;
  /** Left out where the table is squeezed; cards show it. */
  wideOnly?: boolean;
  align?: 'end';
}

/** What the list needs of a react-query result. */
export interface ListQuery {
  error: { message: string } | null;
  isPlaceholderData?: boolean;
  refetch: () => unknown;
}

interface DataTableProps<Row> {
  label: string;
  /** The first column names the row: it is the card's heading, and the link. */
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  query: ListQuery;
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string | undefined;
  /** A RowMenu, usually; null where there is nothing to do. */
  rowMenu?: (row: Row) => ReactNode;
  /** Revoked, expired: still there, but quieter. */
  isMuted?: (row: Row) => boolean;
  /** For rows that explain themselves: cards of two lines, without the columns' names. The columns' classes place the cells in a grid of three. */
  compactCards?: boolean;
  empty: ReactNode;
  loadingRows?: number;
  className?: string;
}

/*
 * One set of elements for both shapes: a table from 42 rem of its own width on, cards below.
 * `display: block` would take a table's meaning from it in some browsers; the explicit roles keep it.
 */
export function DataTable<Row>({ label, columns, rows, query, rowKey, rowHref, rowMenu, isMuted, compactCards = false, empty, loadingRows = 5, className }: DataTableProps<Row>) {
  const problem = useStandingError({ data: rows, error: query.error });
  if (!rows && problem) return <Card aria-label={label}><ErrorState title={`${label} cannot be read`} message={problem.message} onRetry={() => void query.refetch()} /></Card>;
  if (rows?.length === 0) return <Card aria-label={label} className={cn('transition-opacity', query.isPlaceholderData && 'opacity-60')}>{empty}</Card>;
  const [first, ...others] = columns;
  if (!first) return null;
  return (
    <Card aria-label={label} className={cn('@container overflow-hidden transition-opacity', query.isPlaceholderData && 'opacity-60', className)}>
      {!rows && <p role="status" className="sr-only">Loading {label.toLowerCase()}</p>}
      <table role="table" aria-label={label} aria-busy={!rows} className="block w-full @2xl:table">
        <thead role="rowgroup" className="sr-only @2xl:not-sr-only @2xl:table-header-group">
          <tr role="row" className="@2xl:border-b @2xl:border-line @2xl:bg-sunken/60">
            {columns.map((column) => (
              <th key={column.key} role="columnheader" scope="col" className={cn('h-9 px-3 text-left text-xs font-medium whitespace-nowrap text-ink-3 first:pl-4 @2xl:first:pl-5', column.align === 'end' && 'text-right', column.wideOnly && '@2xl:hidden @4xl:table-cell', column.className)}>{column.header}</th>
            ))}
            {rowMenu && <th role="columnheader" scope="col" className="w-14"><span className="sr-only">Actions</span></th>}
          </tr>
        </thead>
        <tbody role="rowgroup" className="block divide-y divide-line @2xl:table-row-group">
          {!rows && Array.from({ length: loadingRows }, (_, index) => <LoadingRow key={index} columns={columns} menu={rowMenu !== undefined} />)}
          {rows?.map((row) => {
            const menu = rowMenu?.(row);
            const href = rowHref?.(row);
            return (
              <tr key={rowKey(row)} role="row" className={cn('relative px-4 py-3 transition-colors @2xl:table-row @2xl:p-0', compactCards ? 'grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-3 gap-y-0.5' : 'block', href && 'hover:bg-sunken has-[a:focus-visible]:bg-sunken', isMuted?.(row) && 'text-ink-3')}>
                <td role="cell" className={cn('block min-w-0 @2xl:table-cell @2xl:py-3 @2xl:pr-3 @2xl:pl-5 @2xl:align-middle', menu && '@max-2xl:pr-10', first.className)}>
                  {href === undefined ? first.cell(row) : <Link href={href} className="block rounded outline-none after:absolute after:inset-0 after:content-[''] focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent">{first.cell(row)}</Link>}
                </td>
                {others.map((column) => (
                  <td
                    key={column.key}
                    role="cell"
                    className={cn(
                      'text-[0.8125rem] @2xl:table-cell @2xl:px-3 @2xl:py-3 @2xl:align-middle',
                      compactCards ? 'block min-w-0' : 'flex items-baseline justify-between gap-4 pt-1.5',
                      column.align === 'end' && '@2xl:text-right',
                      column.wideOnly && '@2xl:hidden @4xl:table-cell',
                      column.className,
                    )}
                  >
                    {!compactCards && <span aria-hidden className="shrink-0 text-ink-3 @2xl:hidden">{column.header}</span>}
                    <span className={cn('min-w-0', !compactCards && 'text-right @2xl:[text-align:inherit]')}>{column.cell(row)}</span>
                  </td>
                ))}
                {rowMenu && <td role="cell" className="absolute top-2 right-2 z-10 @2xl:static @2xl:table-cell @2xl:pr-3 @2xl:text-right @2xl:align-middle"><span className="relative z-10">{menu}</span></td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}

const LoadingRow = <Row,>({ columns, menu }: { columns: readonly Column<Row>[]; menu: boolean }) => (
  <tr aria-hidden className="block space-y-2 px-4 py-4 @2xl:table-row @2xl:h-14">
    {columns.map((column, index) => (
      <td key={column.key} className={cn('block @2xl:table-cell @2xl:px-3 @2xl:first:pl-5', column.wideOnly && '@2xl:hidden @4xl:table-cell', column.className)}>
        <Skeleton className={cn('h-3.5', index === 0 ? 'w-40' : 'w-20 @max-2xl:w-32', column.align === 'end' && '@2xl:ml-auto')} />
      </td>
    ))}
    {menu && <td className="hidden @2xl:table-cell" />}
  </tr>
);
