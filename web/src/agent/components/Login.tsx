import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { ApiError } from '../../shared/http';
import type { StaffApi } from '../api';
import type { DemoStaff, Me, Staff } from '../contract';
import { problem } from '../problem';
import { ROLE_TITLES, T } from '../texts';
import { Brand } from './icons';

interface Props {
  staff: StaffApi;
  /** Whose session was lost; null at a first login. */
  again: Staff | null;
  onEnter(me: Me): void;
}

interface Typed {
  login: string;
  password: string;
}

export function Login({ staff, again, onEnter }: Props): JSX.Element {
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [demo, setDemo] = useState<DemoStaff[]>([]);

  useEffect(() => {
    // Where this is no demonstration, there is no such list.
    staff.demo().then(setDemo, () => undefined);
  }, [staff]);

  const enter = async ({ login, password }: Typed): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      onEnter(await staff.login(login.trim(), password));
    } catch (failure) {
      const wrong = failure instanceof ApiError && failure.status === 401 && !failure.sentence;
      setError(wrong ? T.login.wrong : problem(failure));
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <div className="login__box">
        <header className="login__head">
          <span className="login__mark">
            <Brand />
          </span>
          <h1>{T.login.title}</h1>
          <p>{T.login.sub}</p>
        </header>
        {again && <Alert type="warning" showIcon message={T.login.again} />}
        <Form<Typed>
          layout="vertical"
          requiredMark={false}
          data-testid="login-form"
          initialValues={{ login: again?.login ?? '', password: '' }}
          onFinish={(typed) => void enter(typed)}
        >
          <Form.Item name="login" label={T.login.name} rules={[{ required: true, message: T.login.needBoth }]}>
            <Input size="large" autoComplete="username" autoFocus={!again} data-testid="login-name" />
          </Form.Item>
          <Form.Item name="password" label={T.login.password} rules={[{ required: true, message: T.login.needBoth }]}>
            <Input.Password
              size="large"
              autoComplete="current-password"
              autoFocus={again !== null}
              data-testid="login-password"
            />
          </Form.Item>
          {error && (
            <div role="alert" data-testid="login-error">
              <Alert type="error" showIcon message={error} />
            </div>
          )}
          <Button
            block
            type="primary"
            size="large"
            htmlType="submit"
            loading={busy}
            data-testid="login-submit"
          >
            {T.login.submit}
          </Button>
        </Form>
        {demo.length > 0 && (
          <section className="login__demo" aria-label={T.login.demo}>
            <h2>{T.login.demo}</h2>
            <ul>
              {demo.map((one) => (
                <li key={one.login}>
                  <button
                    type="button"
                    className="login__account"
                    data-testid={`demo-${one.login}`}
                    disabled={busy}
                    onClick={() => void enter(one)}
                  >
                    <strong>{one.name}</strong>
                    <span>{ROLE_TITLES[one.role]}</span>
                    <code>{one.login}</code>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </main>
  );
}
