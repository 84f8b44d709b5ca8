import type { Trunk } from '@/server/telephony/contract';
import { SettingsCard } from '../../../_ui/settings-card';
import { ENVIRONMENT_VARIABLES } from '../_lib/trunk-words';

/** The environment's trunk is read here and changed there. */
export const EnvironmentTrunk = ({ trunk }: { trunk: Trunk }) => (
  <SettingsCard title="From the environment" description="This trunk is described by variables, and written anew at every start. Change them there, and restart.">
    <dl className="divide-y divide-line rounded-lg border border-line">
      {ENVIRONMENT_VARIABLES.map(({ name, of }) => {
        const value = of(trunk);
        return (
          <div key={name} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 px-3.5 py-2.5">
            <dt className="font-mono text-xs text-ink-2">{name}</dt>
            <dd className={value === null ? 'text-ink-3' : 'min-w-0 font-medium break-all'}>{value ?? 'Not set'}</dd>
          </div>
        );
      })}
    </dl>
    <p className="text-[0.8125rem] text-ink-3">Who answers it is set by the dispatch rules.</p>
  </SettingsCard>
);
