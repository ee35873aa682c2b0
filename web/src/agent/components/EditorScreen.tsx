import { Empty } from 'antd';
import { T } from '../texts';

/** Where the knowledge editor will come. */
export default function EditorScreen(): JSX.Element {
  return (
    <div className="page__empty" data-testid="editor-empty">
      <Empty
        description={
          <>
            <strong>{T.editor.title}</strong>
            <br />
            {T.editor.body}
          </>
        }
      />
    </div>
  );
}
