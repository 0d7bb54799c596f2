import {
  bearerTokenAuthenticationPolicyName,
  type Pipeline,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';

/** Ends the reading of an answer that is longer than `most` bytes; what is thrown then is `tooLarge()`. */
export function boundBody(pipeline: Pipeline, most: number, tooLarge: () => Error): void {
  pipeline.addPolicy(
    {
      name: 'watchfloorBoundBody',
      async sendRequest(request, next) {
        const bytes = countBytes(request, most, tooLarge);
        return next(request).catch((error: unknown) => {
          // Whoever was reading wraps what ended the reading in words of its own.
          throw bytes.isOver ? tooLarge() : error;
        });
      },
    },
    // Within the tries, around the sign-in.
    { phase: 'Sign', beforePolicies: [bearerTokenAuthenticationPolicyName] },
  );
}

function countBytes(request: PipelineRequest, most: number, tooLarge: () => Error): { isOver: boolean } {
  const bound = { isOver: false };
  const excess = new AbortController();
  request.abortSignal?.addEventListener('abort', () => excess.abort());
  request.abortSignal = excess.signal;
  request.onDownloadProgress = ({ loadedBytes }) => {
    if (loadedBytes <= most) return;
    bound.isOver = true;
    excess.abort();
    // Only this ends the reading: what came before the connection ended is still on its way.
    throw tooLarge();
  };
  return bound;
}
