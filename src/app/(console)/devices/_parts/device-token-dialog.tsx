'use client';

import { useState } from 'react';
import type { DeviceWithToken } from '@/server/devices/contract';
import { Button } from '../../../_ui/button';
import { Dialog } from '../../../_ui/dialog';
import { CodeBlock, SecretBox } from '../../../_ui/secret-box';
import { Segmented } from '../../../_ui/segmented';
import { Notice } from '../../../_ui/states';
import { arduinoCode, isLoopback, realtimeUrl, shellCode } from './device-code';

/** The token, once, and what to do with it. */
export function DeviceTokenDialog({ device, rotated, onClose }: { device: DeviceWithToken; rotated: boolean; onClose: () => void }) {
  const [how, setHow] = useState<'esp32' | 'shell'>('esp32');
  const { origin } = window.location;
  return (
    <Dialog
      open
      onOpenChange={(open) => { if (!open) onClose(); }}
      sticky
      size="lg"
      title={rotated ? `A new token for ${device.name}` : `${device.name} can connect`}
      description={rotated ? 'The old one stopped working just now. This one is shown this once.' : 'Copy the token into the device now: Parley keeps only a fingerprint and cannot show it again.'}
      footer={<Button variant="primary" onClick={onClose}>Done</Button>}
    >
      <div className="space-y-4">
        <SecretBox label="Device token" value={device.token} note={<>Sent as <code className="font-mono text-xs">Authorization: Bearer …</code>; devices that cannot set headers append <code className="font-mono text-xs">?token=…</code> to the address.</>} />
        <CodeBlock label="WebSocket address" code={realtimeUrl(origin)} />
        {isLoopback(origin) && <Notice tone="warn">This page was opened on the machine itself. In the device, put this machine’s address in the network in place of “{new URL(origin).hostname}”, and start Parley with <code className="font-mono text-xs">HOST=0.0.0.0</code>.</Notice>}
        <div>
          <Segmented label="How to connect" value={how} onChange={setHow} className="mb-3" options={[{ value: 'esp32', label: 'ESP32 (Arduino)' }, { value: 'shell', label: 'Try it from a shell' }]} />
          {how === 'esp32'
            ? <CodeBlock label="Sketch: connect and say hello" code={arduinoCode(origin, device.token)} />
            : <CodeBlock label="In Parley’s folder" code={shellCode(origin, device.token)} />}
        </div>
      </div>
    </Dialog>
  );
}
