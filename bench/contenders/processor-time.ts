import { readFileSync } from 'node:fs';

/** Of Linux's clock ticks, in ms. */
const TICK_MS = 10;

/** Processor time of this process and of its children (JAX is one), in ms; of the children as far as the system says. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childrenMs();
}

function childrenMs(): number {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean);
    const ticks = children.map((child) => {
      const [userTicks, systemTicks] = readFileSync(`/proc/${child}/stat`, 'utf8')
        .split(') ')[1]!
        .split(' ')
        .slice(11);
      return Number(userTicks) + Number(systemTicks);
    });
    return TICK_MS * ticks.reduce((sum, each) => sum + each, 0);
  } catch {
    return 0;
  }
}
