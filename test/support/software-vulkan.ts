import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

/** Folders of Chromium and Chrome, which bring a Vulkan that computes on the processor (SwiftShader), and a loader for it. */
const FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/usr/share/chromium',
];
const FILES = { driver: 'vk_swiftshader_icd.json', loader: 'libvulkan.so.1' };

const NAME = 'SwiftShader';

/** Of glibc: the library stays, although Node finds no module in it and closes it. */
const RTLD_NODELETE = 0x1000;

const folder =
  process.platform === 'linux'
    ? FOLDERS.find((each) => Object.values(FILES).every((name) => existsSync(join(each, name))))
    : undefined;

/** Variables with which a program started from here computes on SwiftShader where it asks for WebGPU; null where there is none. */
export const softwareVulkan =
  folder === undefined
    ? null
    : {
        LD_LIBRARY_PATH: folder,
        VK_ICD_FILENAMES: join(folder, FILES.driver),
        VK_DRIVER_FILES: join(folder, FILES.driver),
      };

let isUsed = false;

/** Has this process compute on SwiftShader where it asks for WebGPU. @returns the adapter's name, as the tests call it */
export function useSoftwareVulkan(): string {
  if (isUsed) return NAME;
  isUsed = true;
  Object.assign(process.env, { ...softwareVulkan, LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] ?? '' });
  try {
    // Whoever asks for the library by name gets the one that is loaded.
    process.dlopen({ exports: {} }, join(folder!, FILES.loader), constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // Node wants a module.
  }
  return NAME;
}
