import type { Theme } from '../../_lib/theme';
import { AccountMenu } from './account-menu';
import { NavigationList } from './navigation-list';
import { SearchButton } from './search-button';
import { WorkspaceMenu } from './workspace-menu';

/** From tablet width: a rail of icons, then the whole list. */
export const SideNavigation = ({ theme, onSearch }: { theme: Theme; onSearch: () => void }) => (
  <div className="sticky top-0 hidden h-dvh flex-col gap-3 border-r border-line bg-surface p-2 md:flex lg:p-3">
    <WorkspaceMenu rail />
    <SearchButton variant="field" onOpen={onSearch} />
    <NavigationList rail />
    <AccountMenu theme={theme} />
  </div>
);
