import { content } from '../api/answer';
import { binary, defineRoute } from '../api/define-route';
import { usageRecordsInput, usageRecordsRoute as meta } from './contract';
import { exportUsage } from './export-usage';
import { usageRange } from './usage-range';

/** A download of whatever length, so no procedure. */
export const usageRecordsRoute = defineRoute({
  meta,
  query: usageRecordsInput,
  answers: { 200: { description: 'One line a record, after a line of names', content: { 'text/csv': binary } } },
  handle: async ({ services: { db }, principal: { workspaceId }, query }) => {
    const range = await usageRange(db, { workspaceId, from: query.from, to: query.to });
    return content('text/csv; charset=utf-8', exportUsage(db, { workspaceId, filter: query, range }), {
      headers: { 'content-disposition': 'attachment; filename="parley-usage.csv"', 'cache-control': 'no-store' },
    });
  },
});
