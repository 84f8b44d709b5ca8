import type { Metadata } from 'next';
import { PlaygroundView } from './_parts/playground-view';

export const metadata: Metadata = { title: 'Playground' };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export default async function PlaygroundPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { conversation, agent } = await searchParams;
  const uuid = (value: typeof agent) => (typeof value === 'string' && UUID.test(value) ? value : undefined);
  const id = uuid(conversation);
  return <PlaygroundView key={id ?? uuid(agent)} conversationId={id} agentId={id === undefined ? uuid(agent) : undefined} />;
}
