import { App as AntApp } from 'antd';
import { useKb } from './context';
import { K } from './texts';

/** Takes back what this person did last to a draft, and says what that was. */
export function useTakeBack(): (draft: string) => Promise<void> {
  const { api, tell, refreshIntents } = useKb();
  const { message } = AntApp.useApp();
  return async (draft) => {
    // An offer to undo the same stands no longer.
    message.destroy();
    const undone = await api.undo(draft);
    if (undone.length) tell.good(K.undone(undone.join('、')));
    else tell.bad(K.nothingToUndo);
    refreshIntents();
  };
}
