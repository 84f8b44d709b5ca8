'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from '../../_lib/cn';
import { destinationsFor, digitOf, groupsFor, isCurrent } from './navigation';
import { useMe } from './use-me';

/** The groups of the product. As a rail (tablet width) only the icons are seen; their names stay for assistive technology and on hover. */
export function NavigationList({ rail = false, onChoose }: { rail?: boolean; onChoose?: () => void }) {
  const { role } = useMe();
  const pathname = usePathname();
  const order = destinationsFor(role);
  return (
    <nav aria-label="Main" className="flex-1 space-y-5 overflow-y-auto overscroll-contain py-1">
      {groupsFor(role).map((group) => (
        <div key={group.label} role="group" aria-label={group.label}>
          <p aria-hidden className={cn('mb-1 px-2.5 text-2xs font-medium text-ink-3', rail && 'max-lg:hidden')}>{group.label}</p>
          {rail && <div aria-hidden className="mx-2.5 mb-2 h-px bg-line lg:hidden" />}
          <ul className="space-y-0.5">
            {group.destinations.map((destination) => {
              const { href, label, icon: Icon } = destination;
              const current = isCurrent(href, pathname);
              const digit = digitOf(order.indexOf(destination));
              return (
                <li key={href}>
                  <Link
                    href={href}
                    {...(onChoose ? { onClick: onChoose } : {})}
                    aria-current={current ? 'page' : undefined}
                    aria-keyshortcuts={digit && `Alt+${digit}`}
                    title={digit ? `${label} (Alt+${digit})` : label}
                    className={cn(
                      'group flex h-8 items-center gap-2.5 rounded-lg px-2.5 font-medium transition-colors max-md:h-10',
                      rail && 'max-lg:h-9 max-lg:justify-center',
                      current ? 'bg-accent-soft text-accent-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
                    )}
                  >
                    <Icon aria-hidden className="size-4 shrink-0" />
                    <span className={cn('truncate', rail && 'max-lg:sr-only')}>{label}</span>
                    {digit && <kbd aria-hidden className="ml-auto hidden font-sans text-2xs text-ink-3 group-hover:lg:block pointer-coarse:!hidden">Alt {digit}</kbd>}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}
