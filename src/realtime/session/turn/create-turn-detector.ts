import type { SessionDeps, SessionSettings } from '../session-deps';
import { ClientCommit } from './client-commit';
import { ServerVad } from './server-vad';
import { VadStart } from './start/vad-start';
import { VadStop } from './stop/vad-stop';
import type { TurnDetector, TurnDetectorListener } from './turn-detector';

export function createTurnDetector(deps: SessionDeps, settings: SessionSettings, listener: TurnDetectorListener, onFailure: (error: unknown) => void): TurnDetector {
  const { options, clock, metrics, vad } = deps;
  const monotonic = () => clock.monotonic();
  if (!settings.serverVad) return new ClientCommit({ maxUtteranceMs: options.maxUtteranceMs, monotonic, listener });
  const { vadOn, vadOff, speechStartMs, speculateMs } = options;
  const endpointMs = Math.max(settings.agent.turnSettings.endpointDelayMs ?? options.endpointMs, speculateMs);
  return new ServerVad({
    vad, monotonic, listener, onFailure,
    start: new VadStart({ speechStartMs, vadOn, vadOff }),
    stop: new VadStop({ speculateMs, endpointMs, vadOn, vadOff }),
    preRollMs: options.preRollMs, maxUtteranceMs: options.maxUtteranceMs, maxBacklogMs: options.maxVadBacklogMs,
    onFrameDone: (lagMs) => metrics.vadFrame(lagMs / 1000),
  });
}
