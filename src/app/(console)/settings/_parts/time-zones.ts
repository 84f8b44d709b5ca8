import type { ComboboxOption } from '../../../_ui/combobox';

/** "+02:00" as it is there today. */
function offsetOf(zone: string): string {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts().find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return name.replace('GMT', 'UTC');
}

/** Every zone that the browser knows, and the one that is set, which it may not. */
export function timeZoneOptions(current: string): ComboboxOption[] {
  const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', current]);
  return [...zones].sort().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' '), hint: offsetOf(zone) }));
}
