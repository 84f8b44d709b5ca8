import type { Metadata } from 'next';
import { ConversationView } from '../_parts/conversation-view';

export const metadata: Metadata = { title: 'Conversation' };

export default async function ConversationPage({ params }: { params: Promise<{ id: string }> }) {
  return <ConversationView id={(await params).id} />;
}
