import { procedure, router } from '../api/trpc';
import { rotateWebhookSecretRoute, webhookSecret, webhookSecretRoute } from './contract';
import { rotateWebhookSecret } from './rotate-webhook-secret';
import { showWebhookSecret } from './show-webhook-secret';

export const webhooksRouter = router({
  secret: procedure.meta(webhookSecretRoute).output(webhookSecret).query(({ ctx }) =>
    showWebhookSecret(ctx.db, { principal: ctx.principal, box: ctx.services.secretBox })),
  rotateSecret: procedure.meta(rotateWebhookSecretRoute).output(webhookSecret).mutation(async ({ ctx }) => {
    const given = { principal: ctx.principal, box: ctx.services.secretBox };
    await rotateWebhookSecret(ctx.db, given);
    return showWebhookSecret(ctx.db, given);
  }),
});
