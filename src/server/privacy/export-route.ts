import { recordAudit } from '../audit';
import { content } from '../api/answer';
import { defineRoute } from '../api/define-route';
import { authSecret } from '../auth/derived-key';
import { callerExport, exportInput, exportRoute as meta } from './contract';
import { exportCaller } from './export-caller';
import { labelReference } from './label-reference';

/** A download of whatever length, so no procedure: what is sent is not in memory any more when the next page is read. */
export const exportRoute = defineRoute({
  meta,
  query: exportInput,
  answers: { 200: { description: 'Everything kept of the caller, as a file', content: { 'application/json': callerExport } } },
  handle: async ({ services: { db, config }, principal, query: { user_label: userLabel } }) => {
    const { workspaceId } = principal;
    // Nothing changes, but what a person said leaves the house: the log says to whom, under the reference that an erasure has too.
    await recordAudit(db, principal, { action: 'privacy.export', subject: { kind: 'caller', id: labelReference(authSecret(config), { workspaceId, userLabel }) } });
    return content('application/json; charset=utf-8', exportCaller(db, { workspaceId, userLabel, at: new Date() }), {
      headers: { 'content-disposition': 'attachment; filename="parley-export.json"', 'cache-control': 'no-store' },
    });
  },
});
