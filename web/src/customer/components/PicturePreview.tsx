import { T } from '../texts';
import { CloseIcon } from './icons';

export interface Picture {
  file: File;
  preview: string;
}

const size = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

export function PicturePreview({ picture, onRemove }: { picture: Picture; onRemove(): void }): JSX.Element {
  return (
    <div className="preview" data-testid="picture-preview">
      <img src={picture.preview} alt={T.picture.alt} />
      <div className="preview__about">
        <p className="preview__name">{picture.file.name}</p>
        <p>
          {size(picture.file.size)} · {T.composer.pictureReady}
        </p>
      </div>
      <button type="button" className="ghost ghost--dark" aria-label={T.composer.removePicture} onClick={onRemove}>
        <CloseIcon />
      </button>
    </div>
  );
}
