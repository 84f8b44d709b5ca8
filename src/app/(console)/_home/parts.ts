import { Bot, CalendarClock, Captions, Database, Puzzle, RadioTower, Volume2, type LucideIcon } from 'lucide-react';

const PARTS: Record<string, { label: string; role: string; icon: LucideIcon }> = {
  database: { label: 'Database', role: 'Conversations and settings', icon: Database },
  stt: { label: 'Speech-to-text', role: 'Hears what is said', icon: Captions },
  tts: { label: 'Text-to-speech', role: 'Speaks the replies', icon: Volume2 },
  agent: { label: 'Agent', role: 'Thinks and uses tools', icon: Bot },
  realtime: { label: 'Realtime', role: 'Carries live audio', icon: RadioTower },
  worker: { label: 'Worker', role: 'Jobs and housekeeping', icon: CalendarClock },
};

export const partOf = (name: string) => PARTS[name] ?? { label: name.charAt(0).toUpperCase() + name.slice(1), role: '', icon: Puzzle };

export const partLabel = (name: string): string => partOf(name).label;
