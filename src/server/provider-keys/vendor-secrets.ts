import { VENDOR_KEYS, type Vendor } from '../platform/config';

export const VENDORS = Object.keys(VENDOR_KEYS) as Vendor[];

/** What a vendor's key is called among the workspace's secrets. */
export const secretNameOf = (vendor: Vendor): string => `provider/${vendor}`;

export const SECRET_NAMES = VENDORS.map(secretNameOf);

export const vendorOf = (secretName: string): Vendor | undefined => VENDORS.find((vendor) => secretNameOf(vendor) === secretName);
