/** The supervisor's and the people APIs as the workbench uses them. */
import { query, type Client } from './client';
import { readChat, readNote, readPresence, type PresenceState, type StaffRole } from './contract';
import {
  readAudit,
  readBoard,
  readClosures,
  readFigures,
  readOfferReport,
  readPeople,
  readPerson,
  readQualityForm,
  readReviewed,
  readSample,
  readServiceReport,
  readShifts,
  type Closure,
  type Shift,
} from './contractSupervisor';
import { qualityBoardApi } from '../board/api';
import { count, isObject } from '../shared/read';

const ROOT = '/api/supervisor/v1';
const STAFF = '/api/staff/v1';
const id = encodeURIComponent;

export interface Range {
  from: string;
  to: string;
}

export interface PersonChange {
  name?: string;
  role?: StaffRole;
  groups?: string[];
  ceiling?: number;
  active?: boolean;
}

export interface NewPerson {
  login: string;
  name: string;
  role: StaffRole;
  groups: string[];
  ceiling: number;
  password: string;
}

export const csvUrl = (report: 'offers' | 'service', range: Range): string =>
  `${ROOT}/reports/${report}.csv${query({ ...range })}`;

export function supervisorApi(client: Client) {
  return {
    ...qualityBoardApi(client),
    // Asked every few seconds by the page itself.
    board: async () => readBoard(await client.get(`${ROOT}/board`, true)),
    whisper: async (handover: string, text: string) =>
      readNote(await client.post(`${ROOT}/chats/${id(handover)}/whisper`, { text })),
    takeOver: async (handover: string, note: string) =>
      readChat(await client.post(`${ROOT}/chats/${id(handover)}/take-over`, { note })),
    assign: (handover: string, staff: string) =>
      client.post(`${ROOT}/chats/${id(handover)}/assign`, { staff }),
    priority: (handover: string, urgent: boolean) =>
      client.post(`${ROOT}/queue/${id(handover)}/priority`, { urgent }),
    setState: async (staff: string, state: PresenceState) =>
      readPresence(await client.post(`${ROOT}/agents/${id(staff)}/presence`, { state })),

    people: async () => readPeople(await client.get(`${STAFF}/people`)),
    addPerson: async (person: NewPerson) =>
      readPerson(await client.post(`${STAFF}/people`, person)),
    changePerson: async (person: string, change: PersonChange) =>
      readPerson(await client.patch(`${STAFF}/people/${id(person)}`, change)),
    setPassword: (person: string, fresh: string) =>
      client.post(`${STAFF}/people/${id(person)}/password`, { new: fresh }),
    unlock: (person: string) => client.post(`${STAFF}/people/${id(person)}/unlock`),
    audit: async (filter: { after?: string; staff?: string; action?: string; limit: number }) =>
      readAudit(await client.get(`${STAFF}/audit${query(filter)}`)),

    shifts: async (range: Range) => readShifts(await client.get(`${ROOT}/shifts${query({ ...range })}`)),
    addShift: (shift: Omit<Shift, 'id'>) => client.post(`${ROOT}/shifts`, shift),
    removeShift: (shift: string) => client.remove(`${ROOT}/shifts/${id(shift)}`),
    closures: async () => readClosures(await client.get(`${ROOT}/closures`)),
    addClosure: (closure: Closure) => client.post(`${ROOT}/closures`, closure),
    removeClosure: (date: string) => client.remove(`${ROOT}/closures/${id(date)}`),

    qualityForm: async () => readQualityForm(await client.get(`${ROOT}/quality/form`)),
    sample: async (day: string) => readSample(await client.get(`${ROOT}/quality/sample${query({ day })}`)),
    reviewed: async (handover: string) =>
      readReviewed(await client.get(`${ROOT}/quality/${id(handover)}`)),
    async review(handover: string, answers: Record<string, number>, note: string) {
      const answer = await client.post(`${ROOT}/quality/${id(handover)}`, { answers, note });
      return count(isObject(answer) ? answer.total : null);
    },
    figures: async (range: Range) =>
      readFigures(await client.get(`${ROOT}/quality/figures${query({ ...range })}`)),
    offerReport: async (range: Range) =>
      readOfferReport(await client.get(`${ROOT}/reports/offers${query({ ...range })}`)).rows,
    serviceReport: async (range: Range) =>
      readServiceReport(await client.get(`${ROOT}/reports/service${query({ ...range })}`)),
  };
}

export type SupervisorApi = ReturnType<typeof supervisorApi>;
