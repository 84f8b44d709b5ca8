import type { Metadata } from 'next';
import { RulesView } from '../_parts/rules-view';

export const metadata: Metadata = { title: 'Dispatch rules' };

export default function DispatchRulesPage() {
  return <RulesView />;
}
