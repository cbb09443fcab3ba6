import { posix } from 'node:path';
import { badInput } from '../exit';
import { DEFAULT_THREADS } from './script-options';
import type { JobOptions } from './script-options';
import { jobName, requireGpuEngine, trainCall } from './train-call';

export interface KubernetesOptions extends JobOptions {
  readonly image: string;
  readonly claim: string;
  readonly mount: string;
}

/** In GiB. */
const DEFAULT_MEMORY = 8;

/** Returns a word as Kubernetes reads it in `command`, where `$(NAME)` is a variable and `$$` a dollar sign, and JSON is YAML. */
const word = (text: string): string => JSON.stringify(text.replaceAll('$', '$$$$'));

/** Returns the manifest of a Job, in YAML. @throws CliError if the run would be lost with the container; as `trainCall` */
export function kubernetesJob(options: KubernetesOptions): string {
  requireGpuEngine(options);
  const { threads = DEFAULT_THREADS, memory = DEFAULT_MEMORY, gpus, image, claim } = options;
  const { run, rows } = trainCall({ ...options, threads }, null);
  const mount = posix.normalize(options.mount);
  if (!run.startsWith(mount.endsWith('/') ? mount : `${mount}/`))
    throw badInput(
      `--run ${run}: expected a folder in ${mount}, where the volume is mounted (--mount): elsewhere the run is lost with the container`,
    );
  const name = jobName(options, run);
  const command = rows.map((row) => `              ${row.map(word).join(', ')},`).join('\n');
  return `# Trains a run of Latent Explorer as a Kubernetes Job. It begins the run, or goes on with it.
#
# To begin:   kubectl apply -f THIS_FILE
# To follow:  kubectl logs -f job/${name}
# To stop:    kubectl delete job/${name}    (at a checkpoint; apply it again to go on)
apiVersion: batch/v1
kind: Job
metadata:
  name: ${JSON.stringify(name)}
spec:
  # A new container goes on from the newest checkpoint.
  backoffLimit: 6
  # Evictions do not count. 130: stopped on request (stop.request in the run folder), and not to be started again.
  podFailurePolicy:
    rules:
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
      - action: FailJob
        onExitCodes:
          operator: In
          values: [130]
  template:
    spec:
      # As podFailurePolicy requires: the Job starts new pods.
      restartPolicy: Never
      # Time to write a checkpoint after SIGTERM.
      terminationGracePeriodSeconds: 60
      containers:
        - name: vae
          # With Node.js 20.15 or newer.
          image: ${JSON.stringify(image)}
          command:
            [
${command.replace(/,$/, '')}
            ]
          resources:
            requests:
              cpu: ${threads}
              memory: ${memory}Gi
            limits:
              cpu: ${threads}
              memory: ${memory}Gi${gpus === undefined ? '' : `\n              nvidia.com/gpu: ${gpus}`}
          volumeMounts:
            - name: shared
              mountPath: ${JSON.stringify(mount)}
      volumes:
        - name: shared
          persistentVolumeClaim:
            claimName: ${JSON.stringify(claim)}`;
}
