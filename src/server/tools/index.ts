export { calcTool } from './calc/calc';
export { datetimeTool } from './datetime/datetime';
export { createToolRunner, type ToolRegistry } from './tool-runner';
export type { Tool, ToolContext, ToolParameter, ToolResult, ToolRunner } from './tool';
