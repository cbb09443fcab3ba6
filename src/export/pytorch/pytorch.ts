import { EXPORT_FILES } from '../../domain/export-formats';
import { encodeSafetensors } from '../../runs/safetensors';
import { factsOf } from '../trained-run';
import type { ExportedFile, TrainedRun } from '../trained-run';
import { modelPy } from './model-py';
import { torchWeights } from './weights';

/** Makes model.py, a readable torch.nn.Module, and model.safetensors with its weights. @throws RunError as `torchWeights` */
export function pytorchFiles(run: TrainedRun): ExportedFile[] {
  const tensors = torchWeights(run.config, run.parameters);
  const [source, weights] = EXPORT_FILES.pytorch;
  return [
    { name: source, content: modelPy(run) },
    // Loaders of PyTorch's ask for this format.
    { name: weights, content: encodeSafetensors({ tensors, metadata: { format: 'pt', ...factsOf(run) } }) },
  ];
}
