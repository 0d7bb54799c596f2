/** A refusal of Resource Manager: `{"error": {"code", "message"}}` with that HTTP status. */
export class ArmError extends Error {
  override readonly name = 'ArmError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const notFound = (what: string): ArmError => new ArmError(404, 'NotFound', `${what} does not exist.`);

export const badRequest = (message: string): ArmError => new ArmError(400, 'BadRequest', message);

/** Sentinel's optimistic lock: the etag in the body is not the one that the resource has now. */
export const newerVersion = (id: string): ArmError =>
  new ArmError(409, 'Conflict', `Newer version of resource '${id}' exists. Data was not saved`);
