export { createFileService, type AttachInput, type FileService, type FileServiceOptions } from './file-service';
export type { FileRow, OpenedFile } from './open-file';
export { promptFiles, type PromptFiles, type QuotedFiles } from './passages/prompt-files';
export { exportFiles } from './export-files';
