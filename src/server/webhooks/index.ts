export { checkCallbackUrl } from './check-callback-url';
export { enqueueDelivery, type NewDelivery } from './enqueue-delivery';
export { findDeliveries } from './find-deliveries';
export { registerWebhookMetrics } from './register-webhook-metrics';
