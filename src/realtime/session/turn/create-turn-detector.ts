import type { SessionDeps, SessionSettings } from '../session-deps';
import { ClientCommit } from './client-commit';
import { ServerVad } from './server-vad';
import { VadStart } from './start/vad-start';
import { VadStop } from './stop/vad-stop';
import { VadMeter } from './vad-meter';
import type { TurnDetector, TurnDetectorListener } from './turn-detector';

export function createTurnDetector(deps: SessionDeps, settings: SessionSettings, listener: TurnDetectorListener, onFailure: (error: unknown) => void): TurnDetector {
  const { options, clock, metrics, vad } = deps;
  const monotonic = () => clock.monotonic();
  if (!settings.serverVad) return new ClientCommit({ maxUtteranceMs: options.maxUtteranceMs, monotonic, listener });
  const { speechStartMs, speculateMs } = options;
  const { endpointDelayMs, speechThreshold } = settings.agent.turnSettings;
  const endpointMs = Math.max(endpointDelayMs ?? options.endpointMs, speculateMs);
  const vadOn = speechThreshold ?? options.vadOn;
  const vadOff = vadOn - (options.vadOn - options.vadOff); // the same distance, so that it goes on keeping its opinion
  const meter = deps.sendVad && new VadMeter(deps.sendVad);
  return new ServerVad({
    ...(meter ? { onFrame: (samples, speaking) => meter.frame(samples, speaking) } : {}),
    vad, monotonic, listener, onFailure,
    start: new VadStart({ speechStartMs, vadOn, vadOff }),
    stop: new VadStop({ speculateMs, endpointMs, vadOn, vadOff }),
    preRollMs: options.preRollMs, maxUtteranceMs: options.maxUtteranceMs, maxBacklogMs: options.maxVadBacklogMs,
    onFrameDone: (lagMs) => metrics.vadFrame(lagMs / 1000),
  });
}
