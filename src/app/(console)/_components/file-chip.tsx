import { File, FileImage, FileSpreadsheet, FileText, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatBytes, plural } from '../../_lib/format';

const iconOf = (mediaType: string): LucideIcon => {
  if (mediaType.startsWith('image/')) return FileImage;
  if (/csv|sheet|excel/.test(mediaType)) return FileSpreadsheet;
  return /text|pdf|word|document|markdown/.test(mediaType) ? FileText : File;
};

interface FileChipProps {
  name: string;
  mediaType?: string;
  sizeBytes: number;
  pageCount?: number | null;
  /** In place of the size. */
  note?: ReactNode;
  /** At the end: a way to take it away. */
  action?: ReactNode;
}

/** A file, by its name and its size. */
export const FileChip = ({ name, mediaType = '', sizeBytes, pageCount, note, action }: FileChipProps) => {
  const Icon = iconOf(mediaType);
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-2 rounded-lg border border-line bg-surface py-1.5 pr-2.5 pl-2 text-left text-[0.8125rem] leading-4">
      <Icon aria-hidden className="size-4 shrink-0 text-ink-3" />
      <span className="min-w-0">
        <span className="block truncate font-medium text-ink">{name}</span>
        <span className="block text-2xs text-ink-3">{note ?? <>{pageCount ? `${plural(pageCount, 'page')} · ` : ''}{formatBytes(sizeBytes)}</>}</span>
      </span>
      {action}
    </span>
  );
};

/** Files of a message; each opens in a tab of its own, pictures are seen at once. */
export const FileChips = ({ files }: { files: readonly { id: string; name: string; mediaType: string; sizeBytes: number; pageCount: number | null }[] }) =>
  files.length === 0 ? null : (
    <ul aria-label="Files" className="mb-1.5 flex max-w-full flex-wrap justify-end gap-1.5">
      {files.map((file) => (
        <li key={file.id} className="max-w-full">
          <a href={`/api/files/${file.id}`} target="_blank" rel="noopener" className="block max-w-72 rounded-lg transition-colors hover:opacity-85">
            {file.mediaType.startsWith('image/')
              ? <img src={`/api/files/${file.id}`} alt={file.name} loading="lazy" className="max-h-44 rounded-lg border border-line bg-sunken object-contain" />
              : <FileChip {...file} />}
          </a>
        </li>
      ))}
    </ul>
  );
