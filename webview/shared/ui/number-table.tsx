import './safe-text';
import { useState } from 'preact/hooks';
import { TableHead } from './table-head';

interface NumberTableProps {
  readonly summary: string;
  /** Of the region that scrolls, for screen readers. */
  readonly label: string;
  readonly heads: readonly string[];
  /** Called while the table is open. */
  readonly rows: () => readonly (readonly string[])[];
  readonly open?: boolean;
  readonly onToggle?: (open: boolean) => void;
}

/** The table alternative of a chart, behind its summary. */
export function NumberTable({ summary, label, heads, rows, open = false, onToggle }: NumberTableProps) {
  const [isOpen, setOpen] = useState(open);
  return (
    <details
      class="table-alternative"
      open={isOpen}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open === isOpen) return;
        setOpen(currentTarget.open);
        onToggle?.(currentTarget.open);
      }}
    >
      <summary>{summary}</summary>
      {isOpen && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={label}>
          <table class="numbers">
            <TableHead names={heads} />
            <tbody>
              {rows().map((row, i) => (
                <tr key={i}>
                  {row.map((text, column) => (
                    <td key={column}>{text}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
