export { authenticateDevice, findDevicePrincipal, markDeviceSeen } from './authenticate-device';
export { isDeviceToken } from './device-token';
