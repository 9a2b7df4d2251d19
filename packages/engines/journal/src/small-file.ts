// journal: the two small files, `boot` and `cursor`: a line of text with its CRC, replaced by write, fsync, rename, fsync.
import { crc32, toHex } from '@holdfast/base';
import type { JournalDisk } from './disk.ts';

export async function replaceFile(disk: JournalDisk, folder: string, name: string, text: string): Promise<number> {
  const draft = `${folder}/${name}.new`;
  await disk.unlink(draft);
  const bytes = new TextEncoder().encode(`${text} ${checksum(text)}\n`);
  const file = await disk.append(draft);
  try {
    for (let at = 0; at < bytes.length;) at += await taken(file.write(bytes.subarray(at)));
    await file.datasync();
  } finally {
    await file.close();
  }
  await disk.rename(draft, `${folder}/${name}`);
  await disk.syncFolder(folder);
  return bytes.length;
}

async function taken(count: Promise<number>): Promise<number> {
  if ((await count) <= 0) throw Object.assign(new Error('the disk took no bytes'), { code: 'ENOSPC' });
  return count;
}

/** The text, or null where the file is missing or damaged. */
export async function readSmallFile(disk: JournalDisk, folder: string, name: string): Promise<string | null> {
  const bytes = await disk.read(`${folder}/${name}`);
  if (bytes === null) return null;
  const match = /^(.*) ([0-9a-f]{8})\n$/.exec(new TextDecoder().decode(bytes));
  return match !== null && checksum(match[1]!) === match[2] ? match[1]! : null;
}

function checksum(text: string): string {
  const crc = crc32(new TextEncoder().encode(text));
  return toHex(Uint8Array.of(crc >>> 24, (crc >>> 16) & 255, (crc >>> 8) & 255, crc & 255));
}
