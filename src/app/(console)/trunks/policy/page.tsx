import type { Metadata } from 'next';
import { PolicyView } from '../_parts/policy-view';

export const metadata: Metadata = { title: 'Call policy' };

export default function CallPolicyPage() {
  return <PolicyView />;
}
