// Failures a caller can ask for in demo mode, one request at a time. The wish travels as baggage through every hop.
export const faultBaggageKey = 'throughline.fault'

/** Set by the caller; the gateway turns it into baggage, in demo mode only. */
export const faultHeader = 'x-throughline-fault'

export const faults = {
  /** The model server answers every completion of this request with 500. */
  modelError: 'model-error',
} as const

export type Fault = (typeof faults)[keyof typeof faults]
