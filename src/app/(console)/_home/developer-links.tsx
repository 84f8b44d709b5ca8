import { BookOpen, ChevronRight, FileJson2, type LucideIcon } from 'lucide-react';
import { Card, CardHeader } from '../../_ui/card';

const LINKS: { href: string; label: string; hint: string; icon: LucideIcon }[] = [
  { href: '/api/docs', label: 'API reference', hint: 'Every route, to try out', icon: BookOpen },
  { href: '/api/openapi.json', label: 'OpenAPI document', hint: 'For generated clients', icon: FileJson2 },
];

export const DeveloperLinks = () => (
  <Card aria-labelledby="links-title">
    <CardHeader id="links-title" title="For developers" />
    <ul className="p-1.5">
      {LINKS.map(({ href, label, hint, icon: Icon }) => (
        <li key={href}>
          <a href={href} className="group flex items-center gap-3 rounded-lg px-2.5 py-2 transition-colors hover:bg-sunken sm:px-3.5">
            <Icon aria-hidden className="size-[1.125rem] shrink-0 text-ink-3" />
            <span className="font-medium">{label}</span>
            <span className="ml-auto truncate text-xs text-ink-3">{hint}</span>
            <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-3 transition-transform group-hover:translate-x-0.5" />
          </a>
        </li>
      ))}
    </ul>
  </Card>
);
