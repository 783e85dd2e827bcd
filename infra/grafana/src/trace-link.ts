// Where a trace id leads. Explore is closed to viewers, so it is a dashboard of our own.
export const traceDashboardUid = 'throughline-trace'

/** For the links of a field that holds a trace id. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana.
export const traceLink = `/d/${traceDashboardUid}?var-trace=${'${__value.raw}'}`
