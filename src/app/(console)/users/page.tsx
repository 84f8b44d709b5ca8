import type { Metadata } from 'next';
import { MembersView } from './_parts/members-view';

export const metadata: Metadata = { title: 'Users' };

export default function UsersPage() {
  return <MembersView />;
}
