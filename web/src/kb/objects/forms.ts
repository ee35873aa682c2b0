/** The form of each kind. */
import type { Finding, Kind, Value } from '../contract';
import { CannedForm } from './CannedForm';
import { CaseForm } from './CaseForm';
import { FaqForm } from './FaqForm';
import { HoursForm } from './HoursForm';
import { IntentForm } from './IntentForm';
import { NoticeForm } from './NoticeForm';
import { OfferForm } from './OfferForm';

export interface FormProps {
  /** The object's key; empty while it is new. */
  name: string;
  value: Value;
  findings: Finding[];
  mayEdit: boolean;
  onChange(value: Value): void;
}

export const FORMS: Record<Kind, (props: FormProps) => JSX.Element> = {
  intent: IntentForm,
  faq: FaqForm,
  offer: OfferForm,
  canned: CannedForm,
  hours: HoursForm,
  notice: NoticeForm,
  case: CaseForm,
};
