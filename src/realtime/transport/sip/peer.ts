/** Where a SIP message came from or goes to. */
export type SipProtocol = 'udp' | 'tcp';
export interface Peer { address: string; port: number; protocol: SipProtocol }

export const DEFAULT_SIP_PORT = 5060;
