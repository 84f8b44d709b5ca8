import { z } from 'zod';
import { procedure, router } from '../api/trpc';
import type { Services } from '../api/context';
import {
  callPolicy, callPolicyRoute, createTrunkInput, createTrunkRoute, dispatchRules, dispatchRulesRoute, getTrunkRoute, listTrunksRoute, removeTrunkRoute,
  setCallPolicyInput, setCallPolicyRoute, setDispatchRulesInput, setDispatchRulesRoute, trunk, trunkIdInput, trunkList, updateTrunkInput, updateTrunkRoute,
} from './contract';
import { createTrunk } from './create-trunk';
import { findDispatchRules } from './find-dispatch-rules';
import { findPolicy, presentPolicy } from './find-policy';
import { getTrunk, listTrunks } from './find-trunks';
import { removeTrunk } from './remove-trunk';
import { setDispatchRules } from './set-dispatch-rules';
import { setPolicy } from './set-policy';
import { updateTrunk } from './update-trunk';

interface Asked {
  db: Services['db'];
  workspaceId: string;
  services: Services;
}

const environmentHasPassword = ({ services }: Asked): boolean => services.config.sip.trunk?.password !== undefined;
const shown = (ctx: Asked, trunkId: string) => getTrunk(ctx.db, { workspaceId: ctx.workspaceId, trunkId, environmentHasPassword: environmentHasPassword(ctx) });

export const telephonyRouter = router({
  trunks: procedure.meta(listTrunksRoute).output(trunkList)
    .query(async ({ ctx }) => ({ trunks: await listTrunks(ctx.db, { workspaceId: ctx.workspaceId, environmentHasPassword: environmentHasPassword(ctx) }) })),
  createTrunk: procedure.meta(createTrunkRoute).input(createTrunkInput).output(trunk)
    .mutation(async ({ ctx, input }) => shown(ctx, await createTrunk(ctx.db, { principal: ctx.principal, box: ctx.services.secretBox, input }))),
  getTrunk: procedure.meta(getTrunkRoute).input(trunkIdInput).output(trunk).query(({ ctx, input }) => shown(ctx, input.trunk_id)),
  updateTrunk: procedure.meta(updateTrunkRoute).input(updateTrunkInput).output(trunk).mutation(async ({ ctx, input }) => {
    await updateTrunk(ctx.db, { principal: ctx.principal, box: ctx.services.secretBox, input });
    return shown(ctx, input.trunk_id);
  }),
  removeTrunk: procedure.meta(removeTrunkRoute).input(trunkIdInput).output(z.void())
    .mutation(({ ctx, input }) => removeTrunk(ctx.db, { principal: ctx.principal, trunkId: input.trunk_id, environmentDescribes: ctx.services.config.sip.trunk !== undefined })),
  rules: procedure.meta(dispatchRulesRoute).output(dispatchRules).query(({ ctx }) => findDispatchRules(ctx.db, ctx.workspaceId)),
  setRules: procedure.meta(setDispatchRulesRoute).input(setDispatchRulesInput).output(dispatchRules)
    .mutation(({ ctx, input }) => setDispatchRules(ctx.db, { principal: ctx.principal, input })),
  policy: procedure.meta(callPolicyRoute).output(callPolicy).query(async ({ ctx }) => presentPolicy(await findPolicy(ctx.db, ctx.workspaceId))),
  setPolicy: procedure.meta(setCallPolicyRoute).input(setCallPolicyInput).output(callPolicy)
    .mutation(({ ctx, input }) => setPolicy(ctx.db, { principal: ctx.principal, input })),
});
