'use client';

import { useMutation } from '@tanstack/react-query';
import { LoaderCircle, Megaphone } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { Input } from '../../../_ui/input';
import { Notice } from '../../../_ui/states';

const MAX_CHARACTERS = 4000;

/** Words that the caller hears at once, over whatever is being said. */
export function SpeakForm({ callId }: { callId: string }) {
  const trpc = useTRPC();
  const [text, setText] = useState('');
  const speak = useMutation(trpc.calls.speak.mutationOptions({ onSuccess: () => setText('') }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const message = text.trim();
    if (message && !speak.isPending) speak.mutate({ message, call_id: callId });
  };
  return (
    <form onSubmit={submit} className="space-y-2.5 border-t border-line bg-sunken/50 px-4 py-3 sm:px-6">
      {speak.error && <Notice tone="danger">{speak.error.message}</Notice>}
      <div className="flex gap-2">
        <Input aria-label="Say into the call" placeholder="Say something into the call" maxLength={MAX_CHARACTERS} autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
        <Button type="submit" variant="primary" disabled={text.trim() === '' || speak.isPending}>
          {speak.isPending ? <LoaderCircle aria-hidden className="animate-spin" /> : <Megaphone aria-hidden />}Speak
        </Button>
      </div>
    </form>
  );
}
