import { nothing } from '../api/answer';
import { defineRoute } from '../api/define-route';
import { deleteFileRoute as meta, downloadFileParams } from './contract';
import { removeUnsentFile } from './remove-unsent-file';

export const deleteFileRoute = defineRoute({
  meta,
  params: downloadFileParams,
  answers: { 204: { description: 'It is gone' } },
  handle: async ({ services: { db }, principal, params: { file_id: fileId } }) => {
    await removeUnsentFile(db, { principal, fileId });
    return nothing();
  },
});
