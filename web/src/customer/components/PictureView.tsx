import { useCallback, useEffect, useRef, useState } from 'react';
import type { Role } from '../../shared/contract';
import { fetchPicture, heldPicture } from '../pictureStore';
import { T } from '../texts';
import { CloseIcon } from './icons';

interface Props {
  url: string;
  clientId: string | undefined;
  role: Role;
  token: string | null;
}

export function PictureView({ url, clientId, role, token }: Props): JSX.Element {
  const [source, setSource] = useState(() => heldPicture(clientId) ?? heldPicture(url));
  const [failed, setFailed] = useState(false);
  const large = useRef<HTMLDialogElement>(null);

  const load = useCallback(() => {
    if (!token) return;
    setFailed(false);
    fetchPicture(url, token).then(setSource, () => setFailed(true));
  }, [url, token]);
  useEffect(() => {
    if (!source) load();
  }, [source, load]);

  if (!source) {
    return (
      <button
        type="button"
        className="picture picture--waiting"
        data-testid="card"
        data-kind="picture"
        disabled={!failed}
        onClick={load}
      >
        {failed ? T.picture.failed : T.picture.loading}
      </button>
    );
  }
  const alt = role === 'customer' ? T.picture.sent : T.picture.received;
  return (
    <>
      <button
        type="button"
        className="picture"
        data-testid="card"
        data-kind="picture"
        onClick={() => large.current?.showModal()}
      >
        <img src={source} alt={alt} onError={() => setFailed(true)} />
      </button>
      <dialog
        ref={large}
        className="lightbox"
        aria-label={T.picture.view}
        onClick={() => large.current?.close()}
      >
        <img src={source} alt={T.picture.alt} />
        <button type="button" className="lightbox__close" aria-label={T.close}>
          <CloseIcon />
        </button>
      </dialog>
    </>
  );
}
