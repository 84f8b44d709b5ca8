'use client';
export function ThreadList(_: { openId: string | null; onChoose?: () => void }) { return null; }
