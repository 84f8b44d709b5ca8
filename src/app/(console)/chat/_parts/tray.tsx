import { LoaderCircle, X } from 'lucide-react';
import { Button } from '../../../_ui/button';
import { FileChip } from '../../_components/file-chip';
import type { TrayFile } from '../_lib/tray';

/** What is going to be sent along. */
export const Tray = ({ tray, onRemove }: { tray: TrayFile[]; onRemove: (key: string) => void }) =>
  tray.length === 0 ? null : (
    <ul aria-label="Files to send along" className="flex flex-wrap gap-2 px-3 pt-3">
      {tray.map((file) => (
        <li key={file.key} className="relative max-w-full">
          <FileChip
            name={file.name}
            sizeBytes={file.sizeBytes}
            {...(file.file ? { mediaType: file.file.mediaType, pageCount: file.file.pageCount } : {})}
            note={noteOf(file)}
            action={
              <Button variant="ghost" size="icon-sm" className="-my-0.5 -mr-1 size-7" aria-label={file.state === 'uploading' ? `Cancel ${file.name}` : `Remove ${file.name}`} onClick={() => onRemove(file.key)}><X aria-hidden /></Button>
            }
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
  if (state === 'refused') return <span role="alert" className="whitespace-normal text-danger">{problem}</span>;
  if (state === 'uploading') return <span className="inline-flex items-center gap-1">{progress < 1 ? `${Math.round(progress * 100)} %` : <><LoaderCircle aria-hidden className="size-3 animate-spin" />Being read</>}</span>;
  return undefined;
}
