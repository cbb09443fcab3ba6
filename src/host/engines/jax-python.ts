import * as vscode from 'vscode';
import { JAX_PYTHON } from '../../setup/locations.mjs';
import { Setting } from '../identifiers';
import { jaxPythonSetting } from '../settings';

/** Passes the setting on to every process that this window starts, by the variable that also the command line knows. */
export function passJaxPython(): vscode.Disposable {
  const inherited = process.env[JAX_PYTHON];
  const pass = (): void => {
    const python = jaxPythonSetting() || inherited;
    if (python === undefined) delete process.env[JAX_PYTHON];
    else process.env[JAX_PYTHON] = python;
  };
  pass();
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(Setting.jaxPython)) pass();
  });
}
