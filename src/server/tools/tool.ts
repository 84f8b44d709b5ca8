/** One tool parameter as 001's page shows it: a map of name to this, not JSON Schema. */
export interface ToolParameter {
  type: 'string' | 'integer' | 'number' | 'boolean';
  required: boolean;
  description?: string;
  default?: string | number | boolean;
}

/** 001's answer of POST /tools/{name}/execute without the call fields. A failing tool is a result, not an exception. */
export interface ToolResult {
  success: boolean;
  /** A sentence that can be spoken. */
  message: string;
  data: Record<string, unknown> | null;
  error: string | null;
}

export interface ToolContext {
  workspaceId: string;
  conversationId: string | null;
  timeZone: string;
  signal: AbortSignal;
}

export interface Tool {
  /** Upper case, as the page shows. */
  name: string;
  /** What a person sees or hears while it runs: "Checking the time". */
  label: string;
  description: string;
  parameters: Record<string, ToolParameter>;
  enabled: boolean;
  execute(params: Record<string, unknown>, context: ToolContext): Promise<ToolResult>;
}

/** What run-turn knows of tools. */
export interface ToolRunner {
  /** Enabled tools among `names`. */
  list(names: readonly string[]): Tool[];
  /** Validates `params`, applies defaults and a time-out; never throws but for cancellation. */
  run(name: string, params: Record<string, unknown>, context: ToolContext): Promise<ToolResult>;
}
