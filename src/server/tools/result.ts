import type { ToolResult } from './tool';

export const succeeded = (message: string, data: Record<string, unknown>): ToolResult => ({ success: true, message, data, error: null });

/** A failing tool is a result: its words can be spoken and are also the error. */
export const failed = (message: string): ToolResult => ({ success: false, message, data: null, error: message });
