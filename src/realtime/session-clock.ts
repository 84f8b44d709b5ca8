import { systemClock } from '@/server/platform/clock';
import type { SessionClock } from './ports';

export const systemSessionClock: SessionClock = {
  ...systemClock,
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
