/** Analyses: what can be asked, what it would cost, the answer at once or as a job (OGC API Processes 1.0). */
import type { FeatureCollection } from 'geojson';
import { json } from './client';
import { refusal, RequestFailed } from './problem';

export interface InputSchema {
  type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  /** `csv` for a table as text. */
  format?: string;
  enum?: readonly string[];
  minimum?: number;
  exclusiveMinimum?: boolean;
  maximum?: number;
  default?: string | number | boolean;
}

export interface InputDescription {
  title: string;
  description?: string;
  descriptionZh?: string;
  schema: InputSchema;
}

export interface ProcessSummary {
  id: string;
  title: string;
  titleZh: string;
  description: string;
  descriptionZh: string;
}

export interface ProcessDescription extends ProcessSummary {
  inputs: Readonly<Record<string, InputDescription>>;
}

export interface Estimate {
  seconds: number;
  is_allowed: boolean;
}

export interface Job {
  jobID: string;
  status: 'accepted' | 'running' | 'successful' | 'failed' | 'dismissed';
  message: string;
  progress: number;
}

/** What a process is run on: a collection of the service, or points that are sent along and kept nowhere. */
export type Points = { collection: string } | { features: FeatureCollection };

export type Inputs = Readonly<Record<string, string>>;

const media = 'application/geo+json, application/json';

export async function processes(): Promise<ProcessSummary[]> {
  return (await json<{ processes: ProcessSummary[] }>('/processes')).processes;
}

export function process(id: string): Promise<ProcessDescription> {
  return json<ProcessDescription>(`/processes/${id}`);
}

/** The address of an answer about a collection; it can be shared, and says the same to everybody. */
export function addressOf(process: string, collection: string, inputs: Inputs): string {
  const query = new URLSearchParams(inputs).toString();
  return `/collections/${collection}/${process}${query === '' ? '' : `?${query}`}`;
}

/** An answer that is waited for. */
export function answer<T>(process: string, points: Points, inputs: Inputs, signal: AbortSignal): Promise<T> {
  if ('collection' in points) return json<T>(addressOf(process, points.collection, inputs), signal, media);
  return json<T>(`/processes/${process}/execution`, signal, media, body(points, inputs));
}

export async function estimate(process: string, points: Points, inputs: Inputs, signal: AbortSignal): Promise<Estimate> {
  return (await answer<{ estimate: Estimate }>(process, points, { ...inputs, estimate: 'true' }, signal)).estimate;
}

/** Starts a job, for what takes long. */
export async function start(process: string, points: Points, inputs: Inputs): Promise<Job> {
  const path = `/processes/${process}/execution`;
  return send(path, { method: 'POST', body: body(points, inputs), headers: { 'Content-Type': 'application/json', Prefer: 'respond-async' } });
}

export function job(id: string, signal: AbortSignal): Promise<Job> {
  return json<Job>(`/jobs/${id}`, signal);
}

export function results<T>(id: string, signal: AbortSignal): Promise<T> {
  return json<T>(`/jobs/${id}/results`, signal, media);
}

/** Calls a job off. */
export function dismiss(id: string): Promise<Job> {
  return send(`/jobs/${id}`, { method: 'DELETE' });
}

function body(points: Points, inputs: Inputs): string {
  return JSON.stringify({ inputs: { ...inputs, ...points } });
}

async function send(path: string, how: RequestInit): Promise<Job> {
  let response: Response;
  try {
    response = await fetch(path, how);
  } catch (error) {
    throw new RequestFailed(path, null, error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw await refusal(path, response);
  return (await response.json()) as Job;
}
