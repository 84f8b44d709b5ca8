import { deleteExpiredSignIns } from '../auth/jobs/delete-expired-sign-ins';
import { checkBudgets } from '../budgets';
import { reapLostCalls } from '../calls/jobs/reap-lost-calls';
import { settleReplies } from '../conversations/jobs/settle-unfinished-replies';
import { endLostConversations } from '../nodes/jobs/end-lost-conversations';
import { deleteDeadLinks } from '../people/jobs/delete-dead-links';
import type { Job } from '../platform/jobs/job';
import { deleteOldCalls } from '../privacy/jobs/delete-old-calls';
import { deleteOldConversations } from '../privacy/jobs/delete-old-conversations';
import { deleteOldWebhooks } from '../webhooks/jobs/delete-old-webhooks';
import { deliverWebhook } from '../webhooks/jobs/deliver-webhook';
import { resumeWebhooks } from '../webhooks/jobs/resume-webhooks';

/** Every job the worker runs. A domain's job is its own file; this is the table of contents. */
export const JOBS: readonly Job[] = [
  endLostConversations, settleReplies, reapLostCalls, deleteExpiredSignIns, deleteDeadLinks, deleteOldConversations, deleteOldCalls,
  deliverWebhook, resumeWebhooks, deleteOldWebhooks, checkBudgets,
];
