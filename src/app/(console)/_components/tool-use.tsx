import { formatMs } from '../../_lib/format';
import { ToolCall, ToolText } from './tool-call';

interface ToolUseProps {
  label: string;
  name: string;
  state: 'running' | 'done' | 'failed';
  args: unknown;
  result?: unknown;
  error?: string | undefined;
  durationMs?: number | undefined;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

/** A tool with what it was asked and what it answered, on demand. */
export const ToolUse = ({ label, name, state, args, result, error, durationMs }: ToolUseProps) => (
  <ToolCall label={label} state={state} note={durationMs === undefined ? undefined : formatMs(durationMs)}>
    <ToolText title={label === name ? 'Asked with' : `${name} asked with`}>{asText(args ?? {})}</ToolText>
    {state !== 'running' && <ToolText title={error === undefined ? 'Answered' : 'Failed'}>{error ?? asText(result ?? '')}</ToolText>}
  </ToolCall>
);
