import { Button, Dropdown, Modal } from 'antd';
import { useRef } from 'react';
import { useDeed } from '../../agent/hooks';
import { useKb } from '../context';
import type { Kind } from '../contract';
import { K } from '../texts';

interface Props {
  kind: Kind;
  onImported(): void;
}

/** All objects of a kind as a file, and back. */
export function FileMenu({ kind, onImported }: Props): JSX.Element {
  const kb = useKb();
  const field = useRef<HTMLInputElement>(null);
  const { busy, run } = useDeed(kb.tell.bad);
  const read = async (file: File): Promise<void> => {
    const draft = await kb.needDraft();
    if (!draft) return;
    await run(async () => {
      const { saved, problems } = await kb.api.importFile(draft, kind, file);
      kb.tell.good(K.objects.imported(saved));
      if (problems.length)
        Modal.warning({
          title: K.objects.importProblems,
          content: (
            <ul className="problems">
              {problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          ),
        });
      kb.refreshDraft();
      kb.refreshIntents();
      onImported();
    });
  };
  const link = (format: 'yaml' | 'xlsx', label: string): JSX.Element => (
    <a href={kb.api.exportUrl(kind, format, kb.draftId)} download data-testid={`export-${format}`}>
      {label}
    </a>
  );
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'xlsx', label: link('xlsx', K.objects.exportXlsx) },
            { key: 'yaml', label: link('yaml', K.objects.exportYaml) },
            ...(kb.mayEdit
              ? [{ key: 'import', label: <span data-testid="import">{K.objects.importing}</span>, onClick: () => field.current?.click() }]
              : []),
          ],
        }}
      >
        <Button size="small" loading={busy} data-testid="files">
          {kb.mayEdit ? `${K.objects.importing}/${K.objects.exporting}` : K.objects.exporting}
        </Button>
      </Dropdown>
      <input
        ref={field}
        hidden
        type="file"
        accept=".xlsx,.yml,.yaml"
        data-testid="import-file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) void read(file);
        }}
      />
    </>
  );
}
