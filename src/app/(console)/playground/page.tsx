import type { Metadata } from 'next';
import { PlaygroundView } from './_parts/playground-view';

export const metadata: Metadata = { title: 'Playground' };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export default async function PlaygroundPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { conversation } = await searchParams;
  const id = typeof conversation === 'string' && UUID.test(conversation) ? conversation : undefined;
  return <PlaygroundView key={id} conversationId={id} />;
}
