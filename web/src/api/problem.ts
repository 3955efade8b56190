/** A request that was not answered as hoped: refused by the service (with its status) or never answered. */
export class RequestFailed extends Error {
  constructor(
    readonly path: string,
    readonly status: number | null,
    detail: string,
  ) {
    super(detail);
    this.name = 'RequestFailed';
  }
}

/** Reads the problem details (RFC 9457) of a refusal; falls back to the status line. */
export async function refusal(path: string, response: Response): Promise<RequestFailed> {
  let detail = `${response.status} ${response.statusText}`.trim();
  try {
    const body: unknown = await response.json();
    if (body !== null && typeof body === 'object' && 'detail' in body && typeof body.detail === 'string') {
      detail = body.detail;
    }
  } catch {
    // A body that is no JSON says nothing more than the status.
  }
  return new RequestFailed(path, response.status, detail);
}
