/** Hands a picture to the browser as a file to keep. @returns true */
export function pngDownload(name: string, png: Uint8Array): boolean {
  const address = URL.createObjectURL(new Blob([Uint8Array.from(png)], { type: 'image/png' }));
  const link = document.createElement('a');
  Object.assign(link, { href: address, download: `${name}.png` });
  link.click();
  URL.revokeObjectURL(address);
  return true;
}
