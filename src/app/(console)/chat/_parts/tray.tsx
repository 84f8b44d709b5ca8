import { LoaderCircle, RotateCw, X } from 'lucide-react';
import { cn } from '../../../_lib/cn';
import { Button } from '../../../_ui/button';
import { FileChip } from '../../_components/file-chip';
import type { TrayFile } from '../_lib/tray';

interface TrayProps {
  tray: TrayFile[];
  onRemove: (key: string) => void;
  onRetry: (key: string) => void;
}

/** What is going to be sent along, and what could not be taken with the reason why. */
export const Tray = ({ tray, onRemove, onRetry }: TrayProps) =>
  tray.length === 0 ? null : (
    <ul aria-label="Files to send along" className="flex flex-wrap gap-2 px-3 pt-3">
      {tray.map((file) => (
        <li key={file.key} className={cn('relative max-w-full', file.state === 'refused' && 'rounded-lg ring-1 ring-danger/40')}>
          <FileChip
            name={file.name}
            sizeBytes={file.sizeBytes}
            {...(file.file ? { mediaType: file.file.mediaType, pageCount: file.file.pageCount } : {})}
            note={noteOf(file)}
            action={<span className="-my-0.5 -mr-1 flex shrink-0 self-start">
              {file.canRetry && <Button variant="ghost" size="icon-sm" className="size-7" aria-label={`Try ${file.name} again`} title="Try again" onClick={() => onRetry(file.key)}><RotateCw aria-hidden /></Button>}
              <Button variant="ghost" size="icon-sm" className="size-7" aria-label={file.state === 'uploading' ? `Cancel ${file.name}` : `Remove ${file.name}`} onClick={() => onRemove(file.key)}><X aria-hidden /></Button>
            </span>}
          />
          {file.state === 'uploading' && file.progress < 1 && (
            <span role="progressbar" aria-label={`Sending ${file.name}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(file.progress * 100)} className="absolute inset-x-2 bottom-0.5 h-0.5 overflow-hidden rounded-full bg-line">
              <span className="block h-full bg-accent transition-[width]" style={{ width: `${file.progress * 100}%` }} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );

function noteOf({ state, progress, problem }: TrayFile) {
  if (state === 'refused') return <span role="alert" className="block max-w-96 whitespace-normal text-danger">{problem}</span>;
  if (state === 'uploading') return <span className="inline-flex items-center gap-1">{progress < 1 ? `${Math.round(progress * 100)} %` : <><LoaderCircle aria-hidden className="size-3 animate-spin" />Being read</>}</span>;
  return undefined;
}
