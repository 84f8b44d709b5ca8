import { chatEventSourceRoute } from '../ai/chat-event-source-route';
import { chatRoute } from '../ai/chat-route';
import { chatStreamRoute } from '../ai/chat-stream-route';
import { attachFileRoute } from '../files/attach-route';
import { deleteFileRoute } from '../files/delete-route';
import { downloadFileRoute } from '../files/download-route';
import { previewFileRoute } from '../files/preview-route';
import { gatewayRoutes, type GatewayServices } from '../health/gateway-routes';
import { exportRoute as privacyExportRoute } from '../privacy/export-route';
import { streamRoute } from '../sessions/stream-route';
import { usageRecordsRoute } from '../usage/records-route';
import { deleteThreadRoute } from '../threads/delete-route';
import { runThreadRoute } from '../threads/run-route';
import { uploadFileRoute } from '../threads/upload-route';
import type { Services } from './context';
import type { Route } from './define-route';
import { docsRoutes, type DocsServices } from './docs-routes';

/** Routes of the product that are no procedures: streams, uploads, audio. */
export const routes: readonly Route<Services>[] = [privacyExportRoute, chatRoute, chatStreamRoute, chatEventSourceRoute, deleteThreadRoute, runThreadRoute, uploadFileRoute, attachFileRoute, previewFileRoute, downloadFileRoute, deleteFileRoute, usageRecordsRoute];

/** Those that realtime's own port answers too. */
export const sharedRoutes: readonly Route<GatewayServices & DocsServices>[] = [...gatewayRoutes, streamRoute, ...docsRoutes];

/** What the document says of every route that is no procedure. */
export const declaredRoutes: readonly Omit<Route<never>, 'handle'>[] = [...sharedRoutes, ...routes];
