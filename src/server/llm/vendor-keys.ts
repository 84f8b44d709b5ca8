import type { Vendor } from '../platform/config';
import type { AppError } from '../platform/errors';
import type { Secret } from '../platform/secret';

/** A workspace's own keys, which go before those of the environment. The error says why a stored key cannot be read. */
export type VendorKeys = ReadonlyMap<Vendor, Secret | AppError>;

export const NO_VENDOR_KEYS: VendorKeys = new Map();

export interface VendorKeySource {
  of(workspaceId: string): Promise<VendorKeys>;
}
