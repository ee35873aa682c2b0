import { App as AntApp, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { Crash } from './components/Crash';
import './styles/base.css';
import './styles/shell.css';
import './styles/chats.css';
import './styles/chat.css';
import './styles/side.css';
import './styles/supervisor.css';

const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

const theme = {
  token: {
    colorPrimary: '#0a5bb5',
    colorSuccess: '#12805c',
    colorWarning: '#c27803',
    colorError: '#c0342b',
    borderRadius: 6,
    fontSize: 13,
    fontFamily: 'var(--font)',
    motion: !still,
  },
  components: {
    Tabs: { horizontalItemPadding: '8px 0', horizontalItemGutter: 22, titleFontSize: 14 },
    Form: { itemMarginBottom: 14 },
    Table: { cellPaddingBlock: 8, cellPaddingInline: 10 },
  },
};

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <ConfigProvider locale={zhCN} theme={theme} button={{ autoInsertSpace: false }}>
      <AntApp component={false} message={{ maxCount: 2, duration: 3, top: 56 }}>
        <Crash>
          <App />
        </Crash>
      </AntApp>
    </ConfigProvider>,
  );
}
