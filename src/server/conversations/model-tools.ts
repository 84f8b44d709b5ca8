import { jsonSchema, tool, type ToolSet } from 'ai';
import type { JSONSchema7 } from '@ai-sdk/provider';
import type { Tool, ToolContext, ToolRunner } from '../tools';

/** Our tools as the AI SDK's, for native function calling. The runner validates, so the schema is advice to the model. */
export function modelTools(tools: readonly Tool[], runner: ToolRunner, context: Omit<ToolContext, 'signal'>, signal: AbortSignal): ToolSet {
  return Object.fromEntries(tools.map((each) => [each.name, tool({
    description: each.description,
    inputSchema: jsonSchema<Record<string, unknown>>(schemaOf(each)),
    execute: (args) => runner.run(each.name, args, { ...context, signal }),
  })]));
}

function schemaOf({ parameters }: Tool): JSONSchema7 {
  const entries = Object.entries(parameters);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, { type, description, default: preset }]) => [name, { type, ...(description === undefined ? {} : { description }), ...(preset === undefined ? {} : { default: preset }) }])),
    required: entries.filter(([, { required }]) => required).map(([name]) => name),
    additionalProperties: false,
  };
}
