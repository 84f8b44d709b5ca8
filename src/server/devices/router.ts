import { z } from 'zod';
import { procedure, router } from '../api/trpc';
import { closeLiveSockets } from '../auth/close-live-sockets';
import {
  createDeviceInput, createDeviceRoute, device, deviceIdInput, devicePage, deviceWithToken, getDeviceRoute, listDevicesInput, listDevicesRoute,
  revokeDeviceRoute, rotateDeviceRoute, updateDeviceInput, updateDeviceRoute,
} from './contract';
import { createDevice } from './create-device';
import { findDevices, getDevice } from './find-devices';
import { revokeDevice } from './revoke-device';
import { rotateDeviceToken } from './rotate-device-token';
import { updateDevice } from './update-device';

export const devicesRouter = router({
  list: procedure.meta(listDevicesRoute).input(listDevicesInput).output(devicePage)
    .query(({ ctx, input }) => findDevices(ctx.services, { workspaceId: ctx.workspaceId, filter: input })),
  get: procedure.meta(getDeviceRoute).input(deviceIdInput).output(device)
    .query(({ ctx, input }) => getDevice(ctx.services, { workspaceId: ctx.workspaceId, deviceId: input.device_id })),
  create: procedure.meta(createDeviceRoute).input(createDeviceInput).output(deviceWithToken)
    .mutation(({ ctx, input }) => createDevice(ctx.services, { principal: ctx.principal, input })),
  update: procedure.meta(updateDeviceRoute).input(updateDeviceInput).output(device)
    .mutation(({ ctx, input }) => updateDevice(ctx.services, { principal: ctx.principal, input })),
  rotate: procedure.meta(rotateDeviceRoute).input(deviceIdInput).output(deviceWithToken).mutation(async ({ ctx, input }) => {
    const rotated = await rotateDeviceToken(ctx.services, { principal: ctx.principal, deviceId: input.device_id });
    await closeLiveSockets(ctx, { kind: 'device', id: rotated.id });
    return { ...rotated, online: false };
  }),
  revoke: procedure.meta(revokeDeviceRoute).input(deviceIdInput).output(z.void()).mutation(async ({ ctx, input }) => {
    await revokeDevice(ctx.db, { principal: ctx.principal, deviceId: input.device_id });
    await closeLiveSockets(ctx, { kind: 'device', id: input.device_id });
  }),
});
