import { createRoot } from 'react-dom/client';
import { browserStore } from '../shared/storage';
import { App } from './App';
import { chatApi } from './api';
import { ErrorBoundary } from './components/ErrorBoundary';
import { Conversation, SESSION_KEY } from './conversation';
import { openLive } from './live';
import './styles/base.css';
import './styles/shell.css';
import './styles/messages.css';
import './styles/cards.css';
import './styles/composer.css';
import './styles/dialogs.css';

const conversation = new Conversation({
  api: chatApi(),
  openLive: openLive(),
  shared: browserStore('localStorage'),
  own: browserStore('sessionStorage'),
});

window.addEventListener('online', () => conversation.setOnline(true));
window.addEventListener('offline', () => conversation.setOnline(false));
window.addEventListener('storage', (event) => {
  if (event.key === SESSION_KEY || event.key === null) conversation.storageChanged();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) conversation.refresh();
});
void conversation.start();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <ErrorBoundary>
      <App conversation={conversation} />
    </ErrorBoundary>,
  );
}
