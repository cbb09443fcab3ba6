/** Hands a file to the browser, which keeps it where it keeps downloads. @returns true */
export function download(name: string, bytes: Uint8Array, type: string): boolean {
  const address = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type }));
  const link = document.createElement('a');
  Object.assign(link, { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
  return true;
}
