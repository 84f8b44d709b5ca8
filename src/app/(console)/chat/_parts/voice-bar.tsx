'use client';

import { Keyboard, Volume2, VolumeOff } from 'lucide-react';
import { Button } from '../../../_ui/button';
import { Tooltip } from '../../../_ui/tooltip';
import type { PlaygroundSession, PlaygroundSnapshot } from '../../playground/_lib/playground-session';
import { StatusWords } from '../../playground/_parts/status-words';
import { Waveform } from '../../playground/_parts/waveform';

/** In place of the field while one speaks: whether one is heard, and the way back to writing. */
export const VoiceBar = ({ session, snapshot, onStop }: { session: PlaygroundSession; snapshot: PlaygroundSnapshot; onStop: () => void }) => (
  <div role="group" aria-label="Speaking" className="rise flex h-16 items-center gap-3 rounded-2xl border border-accent bg-surface px-4 shadow-card">
    <StatusWords snapshot={snapshot} />
    <Waveform session={session} className="h-8 min-w-0 flex-1" />
    <Tooltip content={snapshot.muted ? 'Hear the replies' : 'Mute the replies'}>
      <Button variant="ghost" size="icon" aria-pressed={snapshot.muted} aria-label="Mute the replies" onClick={() => session.setMuted(!snapshot.muted)}>
        {snapshot.muted ? <VolumeOff aria-hidden /> : <Volume2 aria-hidden />}
      </Button>
    </Tooltip>
    <Button autoFocus onClick={onStop}><Keyboard aria-hidden />Stop<span className="max-sm:sr-only"> speaking</span></Button>
  </div>
);
