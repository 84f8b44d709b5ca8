import { VERSION } from '../health/version';
import { VENDOR_ORDER } from '../llm';
import type { z } from 'zod';
import type { aiVersion } from './contract';

export const getVersion = (): z.infer<typeof aiVersion> => ({
  service: 'ai',
  engine: 'ai-sdk',
  version: VERSION,
  features: [
    'chat', 'streaming', 'stream_resumption', 'conversation_management', 'multi_provider_support', 'health_monitoring', 'api_endpoints',
    'tools', 'file_attachments', 'idempotency', 'usage_tracking', 'voice',
  ],
  providers_supported: [...VENDOR_ORDER, 'builtin'],
});
