import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sourcesInPackages } from '../../src/setup/sources.mjs';
import type { Sources } from '../../src/setup/sources.mjs';
import { sha256Of } from '../../src/setup/wheel.mjs';
import type { Wheel } from '../../src/setup/wheel.mjs';

const isThere = (program: string, args: string[]): boolean => spawnSync(program, args).status === 0;

/** Whether an invented wheel can be built and installed here. */
export const canBuild =
  process.platform === 'linux' &&
  isThere('g++', ['--version']) &&
  isThere('python3', ['-m', 'pip', '--version']);

/** TensorFlow's version, as the invented library has it. */
export const INVENTED = '9.9.9';

/** All that probes ask of a binding: a product of two matrices, here always the same, the library's version, and whether a card computes. */
const BINDING = `
#include <node_api.h>
#include <stdlib.h>
#include "tensorflow/c/c_api.h"

static napi_value Nothing(napi_env env, napi_callback_info) {
  napi_value result;
  napi_get_undefined(env, &result);
  return result;
}
static napi_value ListOf(napi_env env, napi_value first) {
  napi_value list;
  napi_create_array(env, &list);
  napi_set_element(env, list, 0, first);
  return list;
}
static napi_value Execute(napi_env env, napi_callback_info) {
  napi_value tensor;
  napi_create_object(env, &tensor);
  return ListOf(env, tensor);
}
static napi_value Data(napi_env env, napi_callback_info) {
  napi_value text;
  napi_create_string_utf8(env, "7,10,15,22", NAPI_AUTO_LENGTH, &text);
  return ListOf(env, text);
}
static napi_value OnCard(napi_env env, napi_callback_info) {
  napi_value result;
  napi_get_boolean(env, getenv("INVENTED_CARD") != nullptr && getenv("TF_DETERMINISTIC_OPS") != nullptr, &result);
  return result;
}
static void Put(napi_env env, napi_value exports, const char* name, napi_callback call) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, call, nullptr, &value);
  napi_set_named_property(env, exports, name, value);
}
NAPI_MODULE_INIT() {
  Put(env, exports, "createTensor", Nothing);
  Put(env, exports, "executeOp", Execute);
  Put(env, exports, "tensorDataSync", Data);
  Put(env, exports, "isUsingGpuDevice", OnCard);
  napi_value version;
  napi_create_string_utf8(env, TF_Version(), NAPI_AUTO_LENGTH, &version);
  napi_set_named_property(env, exports, "TF_Version", version);
  return exports;
}`;

const ZIP = `
import os, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1], 'w')
for folder, _, names in os.walk(sys.argv[2]):
    for name in names:
        path = os.path.join(folder, name)
        archive.write(path, os.path.relpath(path, sys.argv[2]))
archive.close()`;

/** Makes a small wheel with the same parts as TensorFlow's, and binding sources that fit it. */
export async function inventWheel(
  scratch: string,
): Promise<{ readonly wheel: string; readonly pin: Wheel; readonly sources: Sources }> {
  const contents = join(scratch, 'contents');
  const tensorflow = join(contents, 'tensorflow');
  const binding = join(scratch, 'binding');
  await mkdir(join(tensorflow, 'include', 'tensorflow', 'c'), { recursive: true });
  await mkdir(binding);
  await writeFile(
    join(tensorflow, 'include', 'tensorflow', 'c', 'c_api.h'),
    'extern "C" const char* TF_Version();\n',
  );
  await writeFile(join(scratch, 'a.cc'), `extern "C" const char* TF_Version() { return "${INVENTED}"; }\n`);
  await writeFile(join(scratch, 'b.cc'), '');
  for (const [source, name] of [
    ['a.cc', 'libtensorflow_cc.so.2'],
    ['b.cc', 'libtensorflow_framework.so.2'],
  ] as const) {
    const args = ['-shared', '-fPIC', `-Wl,-soname,${name}`, join(scratch, source), '-o'];
    execFileSync('g++', [...args, join(tensorflow, name)]);
  }
  await writeFile(join(binding, 'tfjs_backend.cc'), '');
  await writeFile(join(binding, 'tfjs_binding.cc'), BINDING);
  const wheel = join(scratch, 'invented.whl');
  execFileSync('python3', ['-c', ZIP, wheel, contents], { cwd: scratch });
  const sha256 = await sha256Of(wheel);
  const { size: bytes } = await stat(wheel);
  const pin = {
    version: INVENTED,
    requirement: 'invented==9.9.9',
    platform: 'any',
    glibc: '2.0',
    file: 'i-1.whl',
    bytes,
    sha256,
  };
  return {
    wheel,
    pin,
    sources: { ...sourcesInPackages(resolve('node_modules')), binding, packages: null, prebuilt: null },
  };
}
